import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { platformImages, startProject } from "#e2e/targets/compose-project.ts";
import type { ComposeProject, PlatformImages } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, pushImage, startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { composeSteps, faultOf } from "#e2e/targets/compose-steps.ts";
import { imagePairs } from "#lib/adapters/image-list.ts";

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
  const { request, plan, step, rollBack } = composeSteps(() => project);

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
});
