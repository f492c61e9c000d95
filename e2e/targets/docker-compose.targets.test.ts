import { afterAll, beforeAll } from "vitest";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { forget, platformImages, startProject } from "#e2e/targets/compose-project.ts";
import type { PlatformImages } from "#e2e/targets/compose-project.ts";
import { composeV2, dockerNeeds, startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { folderPrint } from "#e2e/contract/folder-print.ts";

const reason = missing(dockerNeeds);
const v2 = reason === null ? await composeV2() : null;

describeWith("Docker Compose", reason, () => {
  let engine: DockerHost;
  let registry: Registry;
  let images: PlatformImages;
  beforeAll(async () => {
    [engine, registry] = await Promise.all([startDocker(), startRegistry()]);
    images = await platformImages(engine, registry);
  });
  afterAll(async () => {
    await engine.stop();
    await registry.stop();
  });

  contractSuite(
    "docker-compose",
    { make: () => composeCase("/usr/bin/docker-compose") },
    "docker-compose 1.29",
  );
  if (v2 !== null) contractSuite("docker-compose", { make: () => composeCase(v2) }, "docker compose 2");

  async function composeCase(compose: string): Promise<ContractCase> {
    await forget(engine, images.good);
    const project = await startProject(engine, images, { compose });
    const state = async () => ({
      containers: await project.print(),
      files: await folderPrint(project.folder),
    });
    const rows = async () => (await project.print()).map((row) => row.split(" "));
    const goodId = async () =>
      engine.docker("image", "inspect", "--format", "{{.Id}}", images.good).catch(() => "none");
    return {
      adapter: "docker-compose",
      settings: project.settings,
      secrets: { SHOP_TOKEN: 'T0p/secret+"token" 42' },
      allow: [(project.settings["probes"] as { data: { tcp: string } }).data.tcp],
      request: {
        ...planRequest(),
        to: { version: "v1", artifacts: { ...planRequest().to.artifacts, imageDigest: project.imageDigest } },
      },
      fingerprint: state,
      effects: async (operation) => {
        if (operation === "pull") return (await goodId()) === "none" ? 0 : 1;
        if (operation === "pin-images")
          return Object.keys(await folderPrint(project.folder)).includes("compose.lastgood.yaml") ? 1 : 0;
        const all = await rows();
        if (operation === "stop")
          return all.filter(([name, , , running]) => name !== "store" && running === "true").length === 0
            ? 1
            : 0;
        const id = await goodId();
        const isGood = (service: string) =>
          all.some(([name, , , running, image]) => name === service && running === "true" && image === id);
        return [["data"], ["api", "worker"]].filter((layer) => layer.every(isGood)).length;
      },
      wrongSettings: [
        {},
        { ...project.settings, host: "ssh://x" },
        { ...project.settings, host: "tcp://user@host:1" },
        { ...project.settings, layers: [] },
        { ...project.settings, layers: [["api"], ["api"]] },
        { ...project.settings, infrastructure: ["api"] },
        { ...project.settings, layers: [["--privileged"]] },
        { ...project.settings, files: ["../other.yml"] },
        { ...project.settings, pinFile: "docker-compose.yml" },
        { ...project.settings, variables: { DOCKER_HOST: "unix:///x" } },
        { ...project.settings, probes: { store: { tcp: "127.0.0.1:1" } } },
      ],
      stop: () => project.stop(),
    };
  }
});
