import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { python } from "#e2e/targets/alembic-project.ts";
import { celeryNeeds, celeryProject, startWorker } from "#e2e/targets/celery.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { freePort } from "#e2e/targets/processes.ts";
import type { Daemon } from "#e2e/targets/processes.ts";
import { startRedis } from "#e2e/targets/redis.ts";
import type { RedisServer } from "#e2e/targets/redis.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const reason = missing(celeryNeeds);

describeWith("Celery workers on Redis", reason, () => {
  let redis: RedisServer;
  let project: Awaited<ReturnType<typeof celeryProject>>;
  let workers: Daemon[];
  beforeAll(async () => {
    redis = await startRedis();
    project = await celeryProject();
    workers = await Promise.all(
      ["one@agents", "two@agents"].map((name) => startWorker(project.folder, redis, name)),
    );
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await redis.stop();
    await project.close();
  });

  const settings = (): JsonObject => ({
    broker: `redis://${redis.address}/0`,
    brokerVariable: "QUEUE_URL",
    app: "agents:app",
    workingFolder: project.folder,
    python,
    workers: 2,
    replySeconds: 1,
  });
  const check = (
    changes: JsonObject = {},
    more: { password?: string; allow?: string[] } = {},
  ): Promise<StepResult> =>
    runStep({
      adapter: "celery-check",
      operation: "verify",
      settings: { ...settings(), ...changes },
      secrets: { password: more.password ?? redis.password },
      allow: more.allow ?? [redis.address],
      desired: { version: "2.3.0" },
    });

  contractSuite("celery-check", {
    make: () =>
      Promise.resolve({
        adapter: "celery-check",
        settings: settings(),
        secrets: { password: redis.password },
        allow: [redis.address],
        request: planRequest(),
        fingerprint: async () => await redis.tell("LLEN", "celery"),
        effects: () => Promise.resolve(0),
        wrongSettings: [
          {},
          { broker: "http://example.com" },
          { broker: "redis://:secret@redis:6379/0" },
          { ...settings(), app: "agents; rm -rf /" },
          { ...settings(), workers: 0 },
          { ...settings(), environment: { LD_PRELOAD: "/tmp/x.so" } },
          { ...settings(), names: ["--all"] },
        ],
        stop: () => Promise.resolve(),
      }),
  });

  it("counts the workers that answer, and names them", async () => {
    const { fault, evidence } = await check({ names: ["one@agents"] });
    expect(fault).toBeNull();
    expect(evidence).toMatchObject([{ ok: true, detail: "2 of 2 workers answer (one@agents, two@agents)." }]);
  });

  it("says how many are missing, and looks again", async () => {
    const { fault } = await check({ workers: 3 });
    expect(fault).toMatchObject({ kind: "transient", code: "WORKERS_MISSING" });
    expect(fault?.message).toContain("2 of 3 workers answer");
    const named = await check({ names: ["three@agents"] });
    expect(named.fault?.message).toContain("missing: three@agents");
  });

  it("takes no answer at all for no worker", async () => {
    const { fault } = await check({ broker: `redis://${redis.address}/5` });
    expect(fault).toMatchObject({ kind: "transient", code: "WORKERS_MISSING" });
    expect(fault?.message).toContain("0 of 2 workers answer");
  });

  describe("names what is wrong", () => {
    it("a broker where nobody listens", async () => {
      const address = `127.0.0.1:${await freePort()}`;
      const { fault } = await check(
        { broker: `redis://${address}/0`, timeoutSeconds: 6 },
        { allow: [address] },
      );
      expect(fault).toMatchObject({ kind: "transient", code: "NO_CONNECTION" });
    });

    it("a wrong password", async () => {
      const { fault } = await check({}, { password: "not it" });
      expect(fault).toMatchObject({ kind: "permanent", code: "CREDENTIALS_REFUSED" });
      expect(JSON.stringify(fault)).not.toContain("not it");
    });

    it("an address that is not allowed", async () => {
      const { fault } = await check({}, { allow: [] });
      expect(fault).toMatchObject({ kind: "permanent", code: "ADDRESS_REFUSED" });
    });

    it("an application that is not there", async () => {
      const { fault } = await check({ app: "nobody:app" });
      expect(fault).toMatchObject({ kind: "permanent", code: "APP_NOT_FOUND" });
    });

    it("a Python that is not there, or has no Celery", async () => {
      const gone = await check({ python: "/nowhere/bin/python" });
      expect(gone.fault).toMatchObject({ kind: "permanent", code: "TOOL_MISSING" });
      const bare = await standIn(`echo "$0: No module named celery" >&2; exit 1`);
      const { fault } = await check({ python: bare.program });
      expect(fault).toMatchObject({ kind: "permanent", code: "TOOL_MISSING" });
      await bare.close();
    });

    it("a tool that hangs, that floods, and that writes no text", async () => {
      const hanging = await standIn("sleep 600");
      expect((await check({ python: hanging.program, timeoutSeconds: 1 })).fault).toMatchObject({
        kind: "transient",
        code: "TIMEOUT",
      });
      const flooding = await standIn("exec yes");
      expect((await check({ python: flooding.program })).fault).toMatchObject({ code: "TOO_MUCH_OUTPUT" });
      const binary = await standIn("head -c 4096 /dev/urandom; exit 0");
      expect((await check({ python: binary.program })).fault).toMatchObject({ code: "CHECK_BROKEN" });
      await Promise.all([hanging, flooding, binary].map(({ close }) => close()));
    });
  });
});

async function standIn(script: string): Promise<{ program: string; close: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "lastgood-tool-"));
  const program = path.join(folder, "python3");
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  return { program, close: () => rm(folder, { recursive: true, force: true }) };
}
