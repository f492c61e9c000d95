import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Needs } from "#e2e/targets/needs.ts";

/** Debian's own client: another one on PATH may belong to another engine. */
const dockerCli = "/usr/bin/docker";
const busybox = "/usr/bin/busybox";

export const dockerNeeds: Needs = {
  packages: ["docker.io", "docker-compose", "docker-registry", "busybox-static"],
  programs: [dockerCli, "/usr/sbin/dockerd", "/usr/bin/docker-compose", "/usr/bin/docker-registry", busybox],
};

export type DockerHost = {
  /** As settings name it. */
  host: string;
  folder: string;
  docker: (...args: string[]) => Promise<string>;
  /** Ends the engine as a crash would, and starts it again. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
};

export type Registry = {
  /** host:port. */
  address: string;
  folder: string;
  stop: () => Promise<void>;
};

const run = promisify(execFile);

/** A Docker Engine of our own on a socket in a temporary folder, without a bridge or rules of its own. */
export async function startDocker(
  options: { tmpfs?: string; registries?: string[]; words?: string[] } = {},
): Promise<DockerHost> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "docker-")));
  const data = path.join(folder, "data");
  const socket = path.join(folder, "docker.sock");
  mkdirSync(data);
  if (options.tmpfs !== undefined)
    await run("mount", ["-t", "tmpfs", "-o", `size=${options.tmpfs}`, "tmpfs", data]);
  // The engine's identity is kept beside its key, which would otherwise be one for the whole machine.
  const configuration = path.join(folder, "daemon.json");
  await writeFile(
    configuration,
    JSON.stringify({
      "deprecated-key-path": path.join(folder, "key.json"),
      "insecure-registries": options.registries ?? [],
    }),
  );
  const words = [
    ["--config-file", configuration, "--data-root", data, "--exec-root", path.join(folder, "exec")],
    ["-p", path.join(folder, "pid"), "-H", `unix://${socket}`, "--storage-driver=overlay2"],
    ["--iptables=false", "--bridge=none", "--ip-forward=false", "--shutdown-timeout=1"],
    options.words ?? [],
  ].flat();
  const host = `unix://${socket}`;
  const env = { PATH: process.env["PATH"] ?? "", DOCKER_HOST: host, HOME: folder, DOCKER_BUILDKIT: "0" };
  const docker = async (...args: string[]): Promise<string> =>
    (
      await run(dockerCli, args, { env: env as unknown as NodeJS.ProcessEnv, maxBuffer: 64 * 1024 * 1024 })
    ).stdout.trim();
  const log = path.join(folder, "dockerd.log");
  let engine = start();
  function start(): ChildProcess {
    const child = spawn("/usr/sbin/dockerd", words, { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (chunk: Buffer) => appendFileSync(log, chunk));
    return child;
  }
  const ready = (): Promise<void> =>
    until(async () => (await docker("version")) !== "", `dockerd, see ${log}`);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (engine.exitCode !== null || engine.signalCode !== null) return;
    const exited = once(engine, "exit");
    engine.kill(signal);
    await exited;
  };
  await ready();
  return {
    host,
    folder,
    docker,
    restart: async () => {
      await end("SIGTERM");
      engine = start();
      await ready();
    },
    stop: async () => {
      const ids = (await docker("ps", "-q").catch(() => "")).split("\n").filter(Boolean);
      if (ids.length > 0) await docker("kill", ...ids).catch(() => "");
      await end("SIGTERM");
      for (const mount of mountsBelow(folder)) await run("umount", ["-l", mount]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function mountsBelow(folder: string): string[] {
  const rows = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const points = rows.map((row) => row.split(" ")[4] ?? "");
  return points.filter((point) => point.startsWith(`${folder}/`)).toReversed();
}

/**
 * A registry on loopback, which the engine takes without TLS. `like`: the same images as another one has. With a login
 * it gives nothing to whoever has not signed in.
 */
export async function startRegistry(
  options: { like?: Registry; login?: { user: string; password: string } } = {},
): Promise<Registry> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "registry-")));
  const { login, like } = options;
  const address = `127.0.0.1:${await freePort()}`;
  const file = path.join(folder, "config.yml");
  await writeFile(
    file,
    `version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: ${(like ?? { folder }).folder}/data}, delete: {enabled: true}}\nhttp: {addr: "${address}"}\n${login === undefined ? "" : `auth: {htpasswd: {realm: tests, path: ${folder}/users}}\n`}`,
  );
  if (login !== undefined) {
    const sum = "import crypt, sys; print(crypt.crypt(sys.argv[1], crypt.mksalt(crypt.METHOD_BLOWFISH)))";
    const { stdout } = await run("/usr/bin/python3", ["-W", "ignore", "-c", sum, login.password]);
    await writeFile(path.join(folder, "users"), `${login.user}:${stdout.trim()}\n`);
  }
  const child = spawn("/usr/bin/docker-registry", ["serve", file], { stdio: "ignore" });
  await until(
    async () => (await fetch(`http://${address}/v2/`)).status === (login === undefined ? 200 : 401),
    "docker-registry",
  );
  return {
    address,
    folder,
    stop: async () => {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Version = {
  version: string;
  /** What GET /health answers with 200; absent: 404. */
  health?: string;
  /** Other files below the web root, by name. */
  files?: Record<string, string>;
  /** Other files below the root, by path; with `->` before their text they are links to it. */
  root?: Record<string, string>;
  /** In place of the web server. */
  command?: string[];
};

/**
 * A web server of 2 MB, FROM scratch: busybox and a page, on the port of the variable PORT. Pushed; gives the digest
 * that the registry knows it by, `repository@sha256:…`.
 */
export async function pushImage(engine: DockerHost, repository: string, version: Version): Promise<string> {
  const folder = mkdtempSync(path.join(engine.folder, "image-"));
  for (const name of ["bin", "www", "tmp", "proc", "sys", "dev", "etc"]) mkdirSync(path.join(folder, name));
  copyFileSync(busybox, path.join(folder, "bin/busybox"));
  chmodSync(path.join(folder, "bin/busybox"), 0o755);
  const files = {
    version: version.version,
    ...(version.health !== undefined && { health: version.health }),
    ...version.files,
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(path.join(folder, "www", name), `${text}\n`);
  for (const [name, text] of Object.entries(version.root ?? {})) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    if (text.startsWith("->")) symlinkSync(text.slice(2), path.join(folder, name));
    else await writeFile(path.join(folder, name), text);
  }
  const command = version.command ?? [
    "/bin/busybox",
    "sh",
    "-c",
    "exec /bin/busybox httpd -f -p 127.0.0.1:$PORT -h /www",
  ];
  const archive = path.join(engine.folder, `${path.basename(folder)}.tar`);
  await run("tar", ["-C", folder, "-cf", archive, "."]);
  const name = `${repository}:${version.version}`;
  await engine.docker("import", "--change", `CMD ${JSON.stringify(command)}`, archive, name);
  await engine.docker("push", name);
  const digests = await engine.docker(
    "image",
    "inspect",
    "--format",
    "{{range .RepoDigests}}{{println .}}{{end}}",
    name,
  );
  await rm(folder, { recursive: true });
  await rm(archive);
  const found = digests.split("\n").find((line) => line.startsWith(`${repository}@`));
  if (found === undefined) throw new Error(`The registry gave no digest for ${name}.`);
  return found;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const plugins = [
  "/usr/libexec/docker/cli-plugins",
  "/usr/lib/docker/cli-plugins",
  "/usr/local/lib/docker/cli-plugins",
];

/**
 * The compose of the second generation, or null where this machine has none. On CI it comes from Debian 13, into a
 * temporary folder and without being installed.
 */
export async function composeV2(): Promise<string | null> {
  const found = plugins.map((folder) => path.join(folder, "docker-compose")).find((file) => existsSync(file));
  if (found !== undefined) return found;
  const folder = path.join(tmpdir(), "lastgood-compose-v2");
  const unpacked = path.join(folder, "unpacked/usr/libexec/docker/cli-plugins/docker-compose");
  if (existsSync(unpacked)) return unpacked;
  if (process.env["CI"] !== "true") return null;
  mkdirSync(path.join(folder, "lists/partial"), { recursive: true });
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  await writeFile(
    path.join(folder, "sources.list"),
    `deb [signed-by=${keys}] http://deb.debian.org/debian trixie main\n`,
  );
  const options = [
    `Dir::Etc::sourcelist=${folder}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${folder}/lists`,
    `Dir::Cache=${folder}`,
  ];
  const words = options.flatMap((option) => ["-o", option]);
  await run("apt-get", [...words, "update"]);
  await run("apt-get", [...words, "download", "docker-compose"], { cwd: folder });
  const [archive] = readdirSync(folder).filter((name) => name.endsWith(".deb"));
  await run("dpkg-deb", ["-x", path.join(folder, archive ?? ""), path.join(folder, "unpacked")]);
  return unpacked;
}

/** Polls until it holds; an error counts as not yet. Throws after 60 s. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const answer = await holds().catch((error: unknown) => String(error));
    if (answer === true) return;
    if (Date.now() > end) throw new Error(`Waited 60 s for ${what}: ${String(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
