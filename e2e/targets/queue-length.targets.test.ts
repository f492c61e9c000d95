import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { freePort, startBackend } from "#e2e/targets/processes.ts";
import { rabbitNeeds, startRabbit } from "#e2e/targets/rabbitmq.ts";
import type { RabbitServer } from "#e2e/targets/rabbitmq.ts";
import { startRedis } from "#e2e/targets/redis.ts";
import type { RedisServer } from "#e2e/targets/redis.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const run = (settings: JsonObject, password: string | null, allow: string[]): Promise<StepResult> =>
  runStep({
    adapter: "queue-length",
    operation: "verify",
    settings,
    secrets: password === null ? {} : { password },
    allow,
    desired: { version: "2.3.0" },
  });

describeWith("Queues in Redis", missing({ packages: ["redis-server"], programs: ["redis-server"] }), () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
    await redis.tell("LPUSH", "celery", "one", "two", "three");
    await redis.tell("LPUSH", "slow tasks", "one");
    await redis.tell("SET", "text", "no list");
  });
  afterAll(() => redis.stop());
  const settings = (): JsonObject => ({ address: `redis://${redis.address}/0`, queues: ["celery"], most: 3 });
  const check = (
    changes: JsonObject = {},
    password: string | null = redis.password,
    allow = [redis.address],
  ) => run({ ...settings(), ...changes }, password, allow);

  contractSuite("queue-length", {
    make: () =>
      Promise.resolve({
        adapter: "queue-length",
        settings: settings(),
        secrets: { password: redis.password },
        allow: [redis.address],
        request: planRequest(),
        fingerprint: () => redis.tell("LRANGE", "celery", "0", "-1"),
        effects: () => Promise.resolve(0),
        wrongSettings: [
          { address: "ftp://example.com" },
          { address: "redis://:secret@example.com" },
          { address: "redis://example.com/keys" },
          { ...settings(), queues: [] },
          { ...settings(), queues: ["a\r\nFLUSHALL"] },
          { ...settings(), most: -1 },
        ],
        stop: () => Promise.resolve(),
      }),
  });

  it("counts what waits, over several queues, and a queue that is not there as empty", async () => {
    const one = await check();
    expect(one.fault).toBeNull();
    expect(one.evidence[0]?.detail).toBe("3 wait in celery; at most 3 may wait.");
    const three = await check({ queues: ["celery", "slow tasks", "nothing"], most: 10 });
    expect(three.evidence[0]?.detail).toBe(
      "4 wait (celery 3, slow tasks 1, nothing 0); at most 10 may wait.",
    );
  });

  it("looks again while more wait than may", async () => {
    const { fault } = await check({ most: 2 });
    expect(fault).toMatchObject({ kind: "transient", code: "QUEUE_TOO_LONG" });
    expect(fault?.message).toContain("3 wait in celery; at most 2 may wait.");
  });

  it("looks into the database of its number, and as the user that it is given", async () => {
    expect((await check({ address: `redis://${redis.address}/7`, most: 0 })).fault).toBeNull();
    await redis.tell("ACL", "SETUSER", "watcher", "on", ">w4tch", "+llen", "~celery");
    expect((await check({ user: "watcher" }, "w4tch")).fault).toBeNull();
    expect((await check({ user: "watcher", queues: ["slow tasks"] }, "w4tch")).fault).toMatchObject({
      kind: "permanent",
      code: "PERMISSION_MISSING",
    });
  });

  describe("names what is wrong", () => {
    it("nobody listens", async () => {
      const address = `127.0.0.1:${await freePort()}`;
      const { fault } = await check({ address: `redis://${address}` }, null, [address]);
      expect(fault).toMatchObject({ kind: "transient", code: "NO_CONNECTION" });
    });

    it.each([
      ["a wrong password", {}, "not it", "CREDENTIALS_REFUSED"],
      ["no password", {}, null, "CREDENTIALS_REFUSED"],
      ["a key that is no list", { queues: ["text"] }, undefined, "NOT_A_QUEUE"],
    ] as const)("%s", async (_what, changes, password, code) => {
      const { fault } = await check(
        { ...changes, queues: [...("queues" in changes ? changes.queues : ["celery"])] },
        password,
      );
      expect(fault).toMatchObject({ kind: "permanent", code });
      expect(fault?.advice.length).toBeGreaterThan(10);
    });

    it("an address that is not allowed", async () => {
      expect((await check({}, redis.password, [])).fault).toMatchObject({ code: "ADDRESS_REFUSED" });
    });

    it("something else than Redis, and a TLS that it does not speak", async () => {
      const other = await startBackend("2.3.0");
      const wrong = await check({ address: `redis://${other.address}` }, null, [other.address]);
      expect(wrong.fault).toMatchObject({ kind: "permanent", code: "UNEXPECTED_ANSWER" });
      await other.stop();
      const { fault } = await check({ address: `rediss://${redis.address}`, timeoutMs: 1500 });
      expect(["TLS_REFUSED", "NO_CONNECTION"]).toContain(fault?.code);
    });

    it("a server that is stopped in its tracks", async () => {
      process.kill(redis.daemon.pid, "SIGSTOP");
      const { fault } = await check({ timeoutMs: 500 });
      process.kill(redis.daemon.pid, "SIGCONT");
      expect(fault).toMatchObject({ kind: "transient", code: "NO_ANSWER" });
    });
  });
});

describeWith("Queues in RabbitMQ", missing(rabbitNeeds), () => {
  let rabbit: RabbitServer;
  beforeAll(async () => {
    rabbit = await startRabbit();
    expect(await rabbit.call("PUT", "/api/queues/%2F/celery", { durable: true })).toBe(201);
    const message = { properties: {}, routing_key: "celery", payload: "one", payload_encoding: "string" };
    for (let turn = 0; turn < 2; turn++)
      expect(await rabbit.call("POST", "/api/exchanges/%2F/amq.default/publish", message)).toBe(200);
  });
  afterAll(() => rabbit.stop());
  const settings = (): JsonObject => ({ address: rabbit.url, user: rabbit.user, queues: ["celery"] });
  const check = (changes: JsonObject = {}, password = rabbit.password, allow = [rabbit.address]) =>
    run({ ...settings(), ...changes }, password, allow);

  it("counts what waits, by its management, as soon as that shows it", async () => {
    await expect
      .poll(async () => (await check({ most: 10 })).evidence[0]?.detail, { timeout: 30_000 })
      .toBe("2 wait in celery; at most 10 may wait.");
    expect((await check({ most: 1 })).fault).toMatchObject({ kind: "transient", code: "QUEUE_TOO_LONG" });
  });

  it("names a wrong password, a queue that is not there, and an address that is not allowed", async () => {
    expect((await check({}, "not it")).fault).toMatchObject({ kind: "permanent", code: "NOT_AUTHENTICATED" });
    expect((await check({ queues: ["nobody"] })).fault).toMatchObject({
      kind: "permanent",
      code: "NO_SUCH_QUEUE",
    });
    expect((await check({}, rabbit.password, [])).fault).toMatchObject({
      kind: "permanent",
      code: "ADDRESS_REFUSED",
    });
  });
});
