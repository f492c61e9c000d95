import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { forget, platformImages, services, startProject } from "#e2e/targets/compose-project.ts";
import type { ComposeProject, PlatformImages } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, pushImage, startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { dockerCompose } from "#lib/adapters/docker-compose/index.ts";
import { imagePairs } from "#lib/adapters/image-list.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { Artifacts } from "#lib/domain/service.ts";

const order = ["stop", "revert-commit", "pin-images", "pull", "start-layer"];

describeWith("Docker Compose, as it goes wrong", missing(dockerNeeds), () => {
  let engine: DockerHost;
  let registry: Registry;
  let images: PlatformImages;
  let project: ComposeProject;
  beforeAll(async () => {
    [engine, registry] = await Promise.all([startDocker(), startRegistry()]);
    images = await platformImages(engine, registry);
  });
  afterAll(async () => {
    await engine.stop();
    await registry.stop();
  });
  beforeEach(async () => {
    project = await startProject(engine, images);
  });
  afterEach(() => project.stop());

  const allow = (): string[] => [(project.settings["probes"] as { data: { tcp: string } }).data.tcp];
  const request = (artifacts: Partial<Artifacts> = {}, more: Partial<PlanRequest> = {}): PlanRequest => ({
    ...planRequest(),
    to: {
      version: "v1",
      artifacts: { ...planRequest().to.artifacts, imageDigest: project.imageDigest, ...artifacts },
    },
    ...more,
  });
  const context = (settings: JsonObject = {}) =>
    adapterContext({
      settings: dockerCompose.settings.parse({ ...project.settings, ...settings }),
      allow: allow(),
    }).ctx as never;
  async function plan(
    operation: string,
    asked = request(),
    settings: JsonObject = {},
  ): Promise<readonly Planned<unknown, unknown>[]> {
    const found = dockerCompose.operations.find(({ id }) => id === operation);
    return plansOf((await found?.plan(context(settings), asked)) ?? null);
  }
  const step = (operation: string, desired: unknown, settings: JsonObject = {}): Promise<StepResult> =>
    runStep({
      adapter: "docker-compose",
      operation,
      settings: { ...project.settings, ...settings },
      allow: allow(),
      desired,
    });
  /** Plans all, then does all, until a step fails. */
  async function rollBack(asked = request(), settings: JsonObject = {}): Promise<StepResult[]> {
    const steps: { operation: string; desired: unknown }[] = [];
    for (const operation of order)
      for (const { desired } of await plan(operation, asked, settings)) steps.push({ operation, desired });
    const results: StepResult[] = [];
    for (const { operation, desired } of steps) {
      const result = await step(operation, desired, settings);
      results.push(result);
      if (result.fault !== null) break;
    }
    return results;
  }
  const faultOf = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  it("takes the layers back in their order and never touches the infrastructure", async () => {
    const store = await project.print(["store"]);
    const results = await rollBack();
    expect(results.map(({ fault }) => fault)).toEqual(results.map(() => null));
    for (const service of services) expect(await project.version(service)).toBe("v1");
    expect(await project.version("store")).toBe("7");
    expect(await project.print(["store"])).toEqual(store);
    const [data = "", api = ""] = [(await project.print(["data"]))[0], (await project.print(["api"]))[0]];
    expect((data.split(" ")[2] ?? "") < (api.split(" ")[2] ?? "")).toBe(true);
  });

  it("stops the last layer first", async () => {
    const [planned] = await plan("stop");
    expect(planned?.desired).toEqual({ layers: [["api", "worker"], ["data"]] });
    const { lines } = await step("stop", planned?.desired);
    expect(lines.map((line) => /data/.test(line))).toEqual([false, true]);
  });

  it("starts a single service although the procedure names nothing but start-layer, with its image pinned and fetched", async () => {
    const settings = { layers: [["api"]], probes: {} };
    const others = await project.print(["store", "data", "worker"]);
    await forget(engine, images.good);
    const plans = await plan("start-layer", request({ imageDigest: images.good }), settings);
    expect(plans).toHaveLength(1);
    const result = await step("start-layer", plans[0]?.desired, settings);
    expect(result).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await project.version("api")).toBe("v1");
    expect(await project.print(["store", "data", "worker"])).toEqual(others);
  });

  it("stops at a layer that does not become healthy, with the service and its last lines, and starts no layer after it", async () => {
    const sick = await pushImage(engine, `${registry.address}/shop/sick`, {
      version: "v0",
      command: ["/bin/busybox", "sh", "-c", "echo cannot read ledger; exit 3"],
    });
    const asked = request({ imageDigest: imagePairs({ data: sick, api: images.good, worker: images.good }) });
    const results = await rollBack(asked);
    expect(results.at(-1)?.fault).toMatchObject({ kind: "permanent", code: "LAYER_UNHEALTHY" });
    expect(results.at(-1)?.fault?.message).toMatch(
      /Layer 1: data is not healthy .*exited with 3.*cannot read ledger/s,
    );
    const rows = await project.print(["api", "worker"]);
    expect(rows.map((row) => row.split(" ")[3])).toEqual(["false", "false"]);
  });

  it("waits for a health check, and gives up on one that fails", async () => {
    const deaf = await pushImage(engine, `${registry.address}/shop/deaf`, { version: "v0" });
    const asked = request({ imageDigest: imagePairs({ data: images.good, api: deaf, worker: images.good }) });
    const fault = (await rollBack(asked)).at(-1)?.fault;
    expect(fault).toMatchObject({ kind: "permanent", code: "LAYER_UNHEALTHY" });
    expect(fault?.message).toMatch(/Layer 2: api is not healthy .*health check fails/s);
  });

  it("reads no more of a log than it shows, though it is 1 GB in one line", async () => {
    const loud = await pushImage(engine, `${registry.address}/shop/loud`, {
      version: "v0",
      command: [
        "/bin/busybox",
        "sh",
        "-c",
        "/bin/busybox dd if=/dev/zero bs=1M count=1024 2>/dev/null | /bin/busybox tr '\\0' x; exit 4",
      ],
    });
    const settings = { layers: [["worker"]], probes: {}, layerSeconds: 200, steadySeconds: 120 };
    const [planned] = await plan("start-layer", request({ imageDigest: loud }), settings);
    const { fault } = await step("start-layer", planned?.desired, settings);
    expect(fault).toMatchObject({ code: "LAYER_UNHEALTHY" });
    expect(fault?.message).toMatch(/exited with 4.*xxxx/s);
    expect(fault?.message.length).toBeLessThan(1600);
  });

  it("names the odd container where not all run the wanted image", async () => {
    await rollBack();
    const [planned] = await plan("verify-version");
    expect((await step("verify-version", planned?.desired)).evidence.every(({ ok }) => ok)).toBe(true);
    const wrong = {
      ...(planned?.desired as JsonObject),
      images: { data: images.good, api: images.bad, worker: images.good },
    };
    const { evidence } = await step("verify-version", wrong);
    expect(evidence.filter(({ ok }) => !ok)).toMatchObject([
      { title: "api", detail: expect.stringMatching(/api_1: it runs/) as string },
    ]);
  });

  it("refuses what cannot be had before anything stops: a digest that is gone, a record without one, a service without one", async () => {
    const gone = images.good.replace(/[0-9a-f]{64}$/, "0".repeat(64));
    const [planned] = await plan("confirm", request({ imageDigest: gone }));
    expect((await step("confirm", planned?.desired)).fault).toMatchObject({
      kind: "permanent",
      code: "IMAGE_GONE",
    });
    const [pull] = await plan("pull", request({ imageDigest: gone }));
    expect((await step("pull", pull?.desired)).fault).toMatchObject({
      kind: "permanent",
      code: "IMAGE_GONE",
    });
    expect(await faultOf(plan("pull", request({ imageDigest: null })))).toMatchObject({ code: "NO_IMAGE" });
    expect(await faultOf(plan("pull", request({ imageDigest: `api=${images.good}` })))).toMatchObject({
      code: "NO_IMAGE",
    });
  });

  it("ends a pull that hangs, and says that nothing that runs was touched", async () => {
    const hanging = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(hanging, "listening");
    const { port } = hanging.address() as AddressInfo;
    const image = images.good
      .replace(registry.address, `127.0.0.1:${port}`)
      .replace(/[0-9a-f]{64}$/, "1".repeat(64));
    const before = await project.print();
    const { fault } = await step("pull", { images: [image] }, { pullSeconds: 2 });
    expect(fault).toMatchObject({ kind: "transient", code: "PULL_TIMEOUT" });
    expect(await project.print()).toEqual(before);
    hanging.close();
  });

  it("says that the engine's disk is full, and where to make room", async () => {
    const small = await startDocker({ tmpfs: "16m" });
    const big = await pushImage(engine, `${registry.address}/shop/big`, {
      version: "v1",
      files: { big: randomBytes(20_000_000).toString("base64") },
    });
    const { fault } = await step("pull", { images: [big] }, { host: small.host });
    await small.stop();
    expect(fault).toMatchObject({ kind: "permanent", code: "DISK_FULL" });
  });

  it("says plainly what is wrong with the engine, the tool, the compose file and the pin file", async () => {
    expect(await faultOf(plan("stop", request(), { host: "unix:///nowhere/docker.sock" }))).toMatchObject({
      kind: "transient",
      code: "ENGINE_UNREACHABLE",
    });
    expect(await faultOf(plan("stop", request(), { host: "tcp://127.0.0.1:1" }))).toMatchObject({
      code: "ADDRESS_REFUSED",
    });
    expect(
      await faultOf(plan("pin-images", request(), { composePath: "/nowhere/docker-compose" })),
    ).toMatchObject({ code: "TOOL_MISSING" });
    expect(
      await faultOf(plan("pin-images", request(), { layers: [["api"], ["cache"]], probes: {} })),
    ).toMatchObject({ code: "NO_IMAGE" });
    const all = request({ imageDigest: images.good });
    expect(await faultOf(plan("pin-images", all, { layers: [["cache"]], probes: {} }))).toMatchObject({
      code: "UNKNOWN_SERVICE",
    });
    expect(await faultOf(plan("pin-images", all, { files: ["other.yml"] }))).toMatchObject({
      code: "COMPOSE_MISSING",
    });
    const pins = path.join(project.folder, "compose.lastgood.yaml");
    await writeFile(pins, "services: {}\n");
    expect(await faultOf(plan("pin-images", all))).toMatchObject({ code: "PIN_FILE_FOREIGN" });
    await writeFile(path.join(project.folder, "docker-compose.yml"), "services:\n  api: [\n");
    const fault = await faultOf(plan("pin-images", all));
    expect(fault).toMatchObject({ kind: "permanent", code: "COMPOSE_INVALID" });
  });

  it("starts nothing with a compose file that changed after the plan was signed", async () => {
    const [planned] = await plan("start-layer");
    const file = path.join(project.folder, "docker-compose.yml");
    await writeFile(file, `${readFileSync(file, "utf8")}\n`);
    const before = await project.print();
    expect((await step("start-layer", planned?.desired)).fault).toMatchObject({
      kind: "permanent",
      code: "COMPOSE_CHANGED",
    });
    expect(await project.print()).toEqual(before);
  });

  it("shows the engine, its tools, what runs and what the engine still has", async () => {
    const seen = await dockerCompose.inspect?.(context(), "code");
    expect(seen?.tools).toMatchObject([
      {
        name: "docker-compose",
        path: "/usr/bin/docker-compose",
        version: expect.stringMatching(/^1\./) as string,
      },
    ]);
    expect(seen?.evidence.every(({ ok }) => ok)).toBe(true);
    expect(seen?.current?.artifacts.imageDigest).toContain(`api=${images.bad}`);
    expect(seen?.history.map(({ artifacts }) => artifacts.imageDigest)).toContain(images.bad);
    const other = (await dockerCompose.identify?.(context({ project: "another" })))?.id;
    const own = await dockerCompose.identify?.(context());
    expect(own?.kind).toBe("docker-compose");
    expect(own?.id).not.toBe(other);
  });

  describe("with the compose files in git", () => {
    const git = (...args: string[]) =>
      execFileSync(
        "git",
        ["-C", project.folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args],
        { encoding: "utf8" },
      ).trim();

    it("takes them back to the deployment's commit, keeps the ones before, and starts what they say", async () => {
      const file = path.join(project.folder, "docker-compose.yml");
      const good = readFileSync(file, "utf8");
      git("init", "-q");
      git("add", "docker-compose.yml");
      git("commit", "-qm", "good");
      const commit = git("rev-parse", "HEAD");
      await writeFile(file, good.replaceAll('"PORT"', '"WRONG_PORT"'));
      const settings = { restoreFiles: { repository: project.folder } };
      const results = await rollBack(request({ commit }), settings);
      expect(results.map(({ fault }) => fault)).toEqual(results.map(() => null));
      expect(readFileSync(file, "utf8")).toBe(good);
      expect(existsSync(file)).toBe(true);
      expect(git("status", "--porcelain")).toContain("docker-compose.yml.before-");
      expect(await project.version("api")).toBe("v1");
    });

    it("refuses a commit that is not there, or that is no commit", async () => {
      git("init", "-q");
      const settings = { restoreFiles: { repository: project.folder } };
      const code = (commit: string | null) => faultOf(plan("revert-commit", request({ commit }), settings));
      expect(await code("0".repeat(40))).toMatchObject({ code: "COMMIT_MISSING" });
      expect(await code("main")).toMatchObject({ code: "INVALID_COMMIT" });
      expect(await code(null)).toMatchObject({ code: "NO_COMMIT" });
    });
  });

  it("creates services anew for a restored configuration, once for each rollback, on the images that they run", async () => {
    const asked = request({}, { component: "configuration" });
    const before = await project.print();
    const plans = await plan("restart", asked);
    expect(plans).toHaveLength(2);
    for (const { desired } of plans) {
      expect(await step("restart", desired)).toMatchObject({ fault: null, receipt: { changed: true } });
      expect(await step("restart", desired)).toMatchObject({ fault: null, receipt: null });
    }
    const after = await project.print();
    const ids = (rows: string[]) => rows.map((row) => row.split(" ")[1]);
    const [same] = [ids(after).filter((id) => ids(before).includes(id))];
    expect(same).toEqual(ids(await project.print(["store"])));
    for (const service of services) expect(await project.version(service)).toBe("v2");
    expect(await plan("stop", asked)).toEqual([]);
  });
});
