import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { forget, platformImages, services, startProject } from "#e2e/targets/compose-project.ts";
import type { ComposeProject, PlatformImages } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { composeSteps, faultOf } from "#e2e/targets/compose-steps.ts";
import { dockerCompose } from "#lib/adapters/docker-compose/index.ts";
import type { JsonObject } from "#lib/domain/json.ts";

describeWith("Docker Compose, step by step", missing(dockerNeeds), () => {
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
  const { request, context, plan, step, rollBack } = composeSteps(() => project);

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

  it("keeps the image that the code went back to in the same rollback, and none that somebody else brought", async () => {
    const asked = request({}, { component: "configuration" });
    const restarts = await plan("restart", asked);
    await rollBack();
    const before = await project.print(services);
    for (const { desired } of restarts)
      expect(await step("restart", desired)).toMatchObject({ fault: null, receipt: { changed: true } });
    for (const service of services) expect(await project.version(service)).toBe("v1");
    expect(await project.print(services)).not.toEqual(before);

    const [first] = await plan("restart", { ...asked, rollback: "rb_another" });
    const others = { data: images.store, api: images.store, worker: images.store };
    const other = { ...(first?.desired as JsonObject), images: others, version: others };
    expect((await step("restart", other)).fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
    for (const service of services) expect(await project.version(service)).toBe("v1");
  });
});
