import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { forget } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, freePort, pushImage, until } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import type { Needs } from "#e2e/targets/needs.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const run = promisify(execFile);
const home = path.join(import.meta.dirname, "compose-agent");
const compose = "/usr/bin/docker-compose";

export const agentNeeds: Needs = {
  packages: [...dockerNeeds.packages, "python3-psycopg2", "python3-fastapi", "uvicorn"],
  programs: [...dockerNeeds.programs, "/usr/bin/python3", "/usr/bin/uvicorn"],
};

export type AgentImages = { good: string; bad: string; store: string };

export type ComposeAgent = {
  folder: string;
  /** Of the docker-compose adapter. */
  settings: JsonObject;
  imageDigest: (image: string) => string;
  url: (service: string) => string;
  addresses: string[];
  health: (service: string) => Promise<Record<string, unknown>>;
  ask: (service: string, question: string) => Promise<{ status: number; body: Record<string, unknown> }>;
  /** Everything that the containers of a service wrote. */
  log: (service: string) => Promise<string>;
  /** Container id, whether it runs, and its image, of each service. */
  print: (...services: string[]) => Promise<string[]>;
  /** Runs compose as an operator does. */
  compose: (...words: string[]) => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * A FastAPI agent of two versions, each an image of its code alone: the machine's own Python is mounted into the
 * containers. The engine forgets the good one, as it would after a clean-up.
 */
export async function agentImages(engine: DockerHost, registry: Registry): Promise<AgentImages> {
  const repository = `${registry.address}/agents/api`;
  const push = (version: "1" | "2"): Promise<string> =>
    pushImage(engine, repository, {
      version: `v${version}`,
      root: {
        "srv/agent.py": readFileSync(path.join(home, `agent-${version}.py`), "utf8"),
        lib: "->usr/lib",
        lib64: "->usr/lib64",
        "usr/.mounted": "",
      },
      command: [
        ...["/bin/busybox", "sh", "-c"],
        "exec /usr/bin/python3 -B -m uvicorn --app-dir /srv --host 127.0.0.1 --port $PORT agent:app",
      ],
    });
  const [good, bad] = [await push("1"), await push("2")];
  const store = await pushImage(engine, `${registry.address}/agents/store`, { version: "7", health: "ok" });
  await forget(engine, good, `${repository}:v1`);
  return { good, bad, store };
}

let count = 0;

/** A project of these services, each on its image, beside a store; its .env file holds `environment`. */
export async function startAgent(
  engine: DockerHost,
  images: AgentImages,
  services: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Promise<ComposeAgent> {
  count += 1;
  const name = `agents${count}`;
  const folder = realpathSync(mkdtempSync(path.join(engine.folder, "agents-")));
  const ports: Record<string, number> = {};
  for (const service of ["store", ...Object.keys(services)]) ports[service] = await freePort();
  const file = path.join(folder, "docker-compose.yml");
  await writeFile(file, composeText(ports, images.store, services));
  await writeFile(path.join(folder, ".env"), envText(environment), { mode: 0o600 });
  const up = async (...words: string[]): Promise<void> => {
    const env = { PATH: process.env["PATH"] ?? "", HOME: engine.folder, DOCKER_HOST: engine.host };
    await run(compose, ["-p", name, "-f", file, ...words], { env: env as unknown as NodeJS.ProcessEnv });
  };
  await up("up", "-d");
  const idsOf = async (...words: string[]): Promise<string[]> =>
    (await engine.docker("ps", "-aq", "--filter", `label=com.docker.compose.project=${name}`, ...words))
      .split("\n")
      .filter(Boolean);
  const url = (service: string): string => `http://127.0.0.1:${ports[service] ?? 0}`;
  const agent: ComposeAgent = {
    folder,
    settings: {
      host: engine.host,
      composePath: compose,
      project: name,
      projectFolder: folder,
      layers: [Object.keys(services)],
      infrastructure: ["store"],
      layerSeconds: 60,
      steadySeconds: 0,
    },
    imageDigest: (image) =>
      Object.keys(services)
        .map((service) => `${service}=${image}`)
        .join(","),
    url,
    addresses: Object.keys(services).map((service) => `127.0.0.1:${ports[service] ?? 0}`),
    health: async (service) => (await fetchJson(`${url(service)}/health`)).body,
    ask: (service, question) => fetchJson(`${url(service)}/api/agents/answer`, { question }),
    log: async (service) => {
      const ids = await idsOf("--filter", `label=com.docker.compose.service=${service}`);
      return (await Promise.all(ids.map((id) => engine.docker("logs", id)))).join("\n");
    },
    print: async (...wanted) => {
      const form =
        '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.Running}} {{.Image}}';
      const ids = await idsOf();
      const rows = ids.length === 0 ? "" : await engine.docker("inspect", "--format", form, ...ids);
      return rows
        .split("\n")
        .filter((row) => wanted.includes(row.split(" ")[0] ?? ""))
        .toSorted();
    },
    compose: up,
    stop: async () => {
      const ids = await idsOf();
      if (ids.length > 0) await engine.docker("rm", "-f", ...ids).catch(() => "");
      await rm(folder, { recursive: true, force: true });
    },
  };
  for (const service of Object.keys(services))
    await until(async () => "version" in (await agent.health(service)), `${service} of ${name} to answer`);
  return agent;
}

/** KEY=value lines, as in the file that the services read. */
export const envText = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");

async function fetchJson(
  address: string,
  body?: JsonObject,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const post = {
    method: "POST",
    headers: { "content-type": "application/json", connection: "close" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(address, body === undefined ? { headers: { connection: "close" } } : post);
  const text = await answer.text();
  try {
    return { status: answer.status, body: JSON.parse(text) as Record<string, unknown> };
  } catch {
    // What failed says so in plain text.
    return { status: answer.status, body: { text } };
  }
}

function composeText(
  ports: Readonly<Record<string, number>>,
  store: string,
  services: Readonly<Record<string, string>>,
): string {
  const common = (name: string, image: string) => ({
    image,
    network_mode: "host",
    init: true,
    stop_grace_period: "2s",
    environment: { PORT: String(ports[name] ?? 0) },
  });
  const agents = Object.entries(services).map(([name, image]) => [
    name,
    {
      ...common(name, image),
      env_file: [".env"],
      volumes: ["/usr:/usr:ro"],
      healthcheck: {
        test: [
          "CMD",
          "/bin/busybox",
          "wget",
          "-q",
          "-O",
          "/dev/null",
          `http://127.0.0.1:${ports[name] ?? 0}/health`,
        ],
        interval: "1s",
        timeout: "5s",
        retries: 20,
      },
    },
  ]);
  return JSON.stringify(
    {
      version: "3.8",
      services: { store: common("store", store), ...(Object.fromEntries(agents) as object) },
    },
    null,
    2,
  );
}
