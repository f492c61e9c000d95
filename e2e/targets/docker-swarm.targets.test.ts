import { afterAll, beforeAll, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { forget } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, freePort, pushImage, startDocker, startRegistry, until } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { dockerSwarm } from "#lib/adapters/docker-swarm/index.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const sleeping = [
  "/bin/busybox",
  "sh",
  "-c",
  "trap 'exit 0' TERM; while true; do /bin/busybox sleep 0.2; done",
];

describeWith("Docker Swarm", missing(dockerNeeds), () => {
  let engine: DockerHost;
  let registry: Registry;
  let good: string;
  let bad: string;
  let count = 0;
  beforeAll(async () => {
    [engine, registry] = await Promise.all([startDocker(), startRegistry()]);
    const port = await freePort();
    await engine.docker(
      "swarm",
      "init",
      "--advertise-addr",
      "127.0.0.1",
      "--listen-addr",
      `127.0.0.1:${port}`,
    );
    good = await pushImage(engine, `${registry.address}/shop/app`, { version: "v1", command: sleeping });
    bad = await pushImage(engine, `${registry.address}/shop/app`, { version: "v2", command: sleeping });
    await forget(engine, good, `${registry.address}/shop/app:v1`);
  });
  afterAll(async () => {
    await engine.docker("swarm", "leave", "--force").catch(() => "");
    await engine.stop();
    await registry.stop();
  });

  contractSuite("docker-swarm", { make: swarmCase });

  const request = (imageDigest: string): PlanRequest => ({
    ...planRequest(),
    to: { version: "v1", artifacts: { ...planRequest().to.artifacts, imageDigest } },
  });
  /** Two services of two tasks each, on the bad version. */
  async function startServices(): Promise<{
    names: [string, string];
    settings: JsonObject;
    stop: () => Promise<void>;
  }> {
    count += 1;
    const names: [string, string] = [`shop${count}_data`, `shop${count}_api`];
    for (const name of names)
      await engine.docker(
        "service",
        "create",
        "--detach",
        "--name",
        name,
        "--replicas",
        "2",
        "--stop-grace-period",
        "1s",
        "--network",
        "host",
        "--restart-delay",
        "1s",
        bad,
      );
    await until(async () => (await running(names)).length === 4, "four tasks");
    return {
      names,
      settings: {
        host: engine.host,
        layers: names.map((name) => [name]),
        monitorSeconds: 1,
        parallelism: 2,
        layerSeconds: 60,
      },
      stop: async () => {
        await engine.docker("service", "rm", ...names);
        await until(async () => (await engine.docker("ps", "-q")) === "", "the tasks to end");
      },
    };
  }
  const running = async (names: readonly string[]): Promise<string[]> => {
    const rows = await engine.docker(
      "service",
      "ps",
      "--no-trunc",
      "--filter",
      "desired-state=running",
      "--format",
      "{{.ID}} {{.Image}} {{.CurrentState}}",
      ...names,
    );
    return rows
      .split("\n")
      .filter((row) => row.includes(" Running "))
      .map((row) => row.split(" ").slice(0, 2).join(" "));
  };
  const context = (settings: JsonObject) =>
    adapterContext({ settings: dockerSwarm.settings.parse(settings) }).ctx as never;
  const step = (operation: string, desired: unknown, settings: JsonObject): Promise<StepResult> =>
    runStep({ adapter: "docker-swarm", operation, settings, desired });
  async function plan(operation: string, asked: PlanRequest, settings: JsonObject) {
    const found = dockerSwarm.operations.find(({ id }) => id === operation);
    return plansOf((await found?.plan(context(settings), asked)) ?? null);
  }

  async function swarmCase(): Promise<ContractCase> {
    const { names, settings, stop } = await startServices();
    return {
      adapter: "docker-swarm",
      settings,
      secrets: {},
      allow: [],
      request: request(good),
      fingerprint: async () => ({
        specs: await engine.docker(
          "service",
          "inspect",
          "--format",
          "{{json .Version}} {{json .Spec}}",
          ...names,
        ),
        tasks: (await running(names)).toSorted(),
      }),
      effects: async () => {
        const images = await Promise.all(names.map((name) => running([name])));
        return images.filter((rows) => rows.length === 2 && rows.every((row) => row.includes(good))).length;
      },
      wrongSettings: [
        {},
        { ...settings, layers: [] },
        { ...settings, layers: [["a"], ["a"]] },
        { ...settings, layers: [["-x"]] },
        { ...settings, order: "restart" },
        { ...settings, host: "http://x" },
      ],
      stop,
    };
  }

  it("stops at a layer whose new tasks fail, with the swarm's own words, pauses its update, and starts no layer after it", async () => {
    const { names, settings, stop } = await startServices();
    const sick = await pushImage(engine, `${registry.address}/shop/sick`, {
      version: "v0",
      command: ["/bin/busybox", "sh", "-c", "echo cannot read ledger; exit 3"],
    });
    const plans = await plan("start-layer", request(`${names[0]}=${sick},${names[1]}=${good}`), {
      ...settings,
      parallelism: 1,
    });
    const { fault } = await step("start-layer", plans[0]?.desired, settings);
    expect(fault).toMatchObject({ kind: "permanent", code: "UPDATE_PAUSED" });
    expect(fault?.message).toMatch(/non-zero exit \(3\)/);
    expect((await running([names[1]])).every((row) => row.includes(bad))).toBe(true);
    // The same service goes to a version that works, out of its pause.
    const again = await plan("start-layer", request(good), settings);
    expect((await step("start-layer", again[0]?.desired, settings)).fault).toBeNull();
    expect((await running([names[0]])).every((row) => row.includes(good))).toBe(true);
    await stop();
  });

  it("names what is missing: a service, an image, a manager", async () => {
    const { names, settings, stop } = await startServices();
    const code = (work: Promise<unknown>) =>
      work.then(
        () => "none",
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await code(plan("start-layer", request(good), { ...settings, layers: [["nobody"]] }))).toBe(
      "NO_SUCH_SERVICE",
    );
    expect(await code(plan("start-layer", request("latest"), settings))).toBe("INVALID_IMAGE");
    const gone = good.replace(/[0-9a-f]{64}$/, "0".repeat(64));
    const [planned] = await plan("confirm", request(gone), settings);
    expect((await step("confirm", planned?.desired, settings)).fault).toMatchObject({
      kind: "permanent",
      code: "IMAGE_GONE",
    });
    const [version] = await plan("verify-version", request(good), settings);
    const { evidence } = await step("verify-version", version?.desired, settings);
    expect(evidence.map(({ ok }) => ok)).toEqual([false, false]);
    expect(evidence[0]?.detail).toContain(names[0]);
    const alone = await startDocker();
    expect(
      await code(Promise.resolve(dockerSwarm.identify?.(context({ ...settings, host: alone.host })))),
    ).toBe("NOT_A_MANAGER");
    await alone.stop();
    expect(
      await code(Promise.resolve(dockerSwarm.identify?.(context({ ...settings, host: alone.host })))),
    ).toBe("ENGINE_UNREACHABLE");
    const inspected = await dockerSwarm.inspect?.(context(settings), "code");
    expect(inspected?.current?.artifacts.imageDigest).toContain(bad);
    await stop();
  });
});
