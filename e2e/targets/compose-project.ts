import { mkdtempSync, realpathSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { freePort, pushImage, until } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import type { JsonObject } from "#lib/domain/json.ts";

/** The images of a small platform: what it is rolled back to, what it runs, and what it stores its data in. */
export type PlatformImages = { good: string; bad: string; store: string };

export type ComposeProject = {
  name: string;
  folder: string;
  settings: JsonObject;
  /** What the deployment of the good version records. */
  imageDigest: string;
  /** What GET /version of a service answers. */
  version: (service: string) => Promise<string>;
  /** Container id, start time and image of each service, as the engine tells. */
  print: (services?: readonly string[]) => Promise<string[]>;
  stop: () => Promise<void>;
};

export const services = ["data", "api", "worker"] as const;

/** Pushes both versions; the engine forgets the good one, as it would after a clean-up. */
export async function platformImages(engine: DockerHost, registry: Registry): Promise<PlatformImages> {
  const repository = `${registry.address}/shop/app`;
  const good = await pushImage(engine, repository, { version: "v1", health: "ok" });
  const bad = await pushImage(engine, repository, { version: "v2", health: "ok" });
  const store = await pushImage(engine, `${registry.address}/shop/store`, { version: "7", health: "ok" });
  await forget(engine, good, `${repository}:v1`);
  return { good, bad, store };
}

/** Removes an image from the engine, by all its names. */
export async function forget(engine: DockerHost, ...names: string[]): Promise<void> {
  for (const name of names) await engine.docker("rmi", "-f", name).catch(() => "");
}

let count = 0;

/** A project of two layers and a store, on the bad version, started by its own compose. */
export async function startProject(
  engine: DockerHost,
  images: PlatformImages,
  options: { compose: string; health?: string } = { compose: "/usr/bin/docker-compose" },
): Promise<ComposeProject> {
  count += 1;
  const name = `shop${count}`;
  const folder = realpathSync(mkdtempSync(path.join(engine.folder, "project-")));
  const ports: Record<string, number> = {};
  for (const service of ["store", ...services]) ports[service] = await freePort();
  const file = path.join(folder, "docker-compose.yml");
  await writeFile(file, composeText(ports, images, options.health ?? "/health"));
  const run = (...args: string[]) => runCompose(engine, options.compose, ["-p", name, "-f", file, ...args]);
  await run("up", "-d");
  const print: ComposeProject["print"] = async (wanted = ["store", ...services]) => {
    const ids = await engine.docker(
      "ps",
      "-aq",
      "--no-trunc",
      "--filter",
      `label=com.docker.compose.project=${name}`,
    );
    if (ids === "") return [];
    const form =
      '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.StartedAt}} {{.State.Running}} {{.Image}}';
    const rows = (await engine.docker("inspect", "--format", form, ...ids.split("\n")))
      .split("\n")
      .toSorted();
    return rows.filter((row) => wanted.includes(row.split(" ")[0] ?? ""));
  };
  const project: ComposeProject = {
    name,
    folder,
    settings: {
      host: engine.host,
      composePath: options.compose,
      project: name,
      projectFolder: folder,
      layers: [["data"], ["api", "worker"]],
      infrastructure: ["store"],
      probes: { data: { tcp: `127.0.0.1:${ports["data"] ?? 0}` } },
      layerSeconds: 30,
      steadySeconds: 0,
    },
    imageDigest: services.map((service) => `${service}=${images.good}`).join(","),
    version: async (service) =>
      (await (await fetch(`http://127.0.0.1:${ports[service] ?? 0}/version`)).text()).trim(),
    print,
    stop: async () => {
      const ids = (
        await engine.docker("ps", "-aq", "--filter", `label=com.docker.compose.project=${name}`)
      ).split("\n");
      await engine.docker("rm", "-f", ...ids.filter(Boolean)).catch(() => "");
      await rm(folder, { recursive: true, force: true });
    },
  };
  await until(async () => (await project.version("api")) === "v2", `${name} to answer`);
  return project;
}

async function runCompose(engine: DockerHost, compose: string, args: string[]): Promise<void> {
  const { execFile } = await import("node:child_process");
  const env = { PATH: process.env["PATH"] ?? "", HOME: engine.folder, DOCKER_HOST: engine.host };
  await new Promise<void>((resolve, reject) => {
    execFile(compose, args, { env: env as unknown as NodeJS.ProcessEnv }, (error, _out, text) =>
      error === null ? resolve() : reject(new Error(text)),
    );
  });
}

/** `app` has no health check of its own but in the api; the bad version is named by its digest, as a deployment would. */
function composeText(ports: Record<string, number>, images: PlatformImages, health: string): string {
  const check = (port: number) => ({
    test: ["CMD", "/bin/busybox", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${port}${health}`],
    interval: "1s",
    timeout: "2s",
    retries: 3,
  });
  const service = (name: string, image: string, more = {}) => ({
    image,
    network_mode: "host",
    init: true,
    stop_grace_period: "1s",
    environment: { PORT: String(ports[name] ?? 0) },
    ...more,
  });
  return JSON.stringify(
    {
      version: "3.8",
      services: {
        store: service("store", images.store),
        data: service("data", images.bad, { depends_on: ["store"] }),
        api: service("api", images.bad, {
          depends_on: ["data", "store"],
          healthcheck: check(ports["api"] ?? 0),
        }),
        worker: service("worker", images.bad, { depends_on: ["store"] }),
      },
    },
    null,
    2,
  );
}
