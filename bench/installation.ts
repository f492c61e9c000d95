import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export const root = path.resolve(import.meta.dirname, "..");
const patienceMs = 15 * 60_000;

export type Started = {
  npm: ChildProcess;
  /** From the command to the first page that was served. */
  milliseconds: number;
  url: string;
  /** Ends it as Ctrl-C would, and waits for the end. */
  stop: () => Promise<void>;
};

/** `npm start` in a clone, as a person would type it, until its first page is served. */
export async function npmStart(folder: string, dataFolder: string): Promise<Started> {
  const [port, statusPort] = [await freePort(), await freePort()];
  const began = performance.now();
  const npm = spawn("npm", ["start"], {
    cwd: folder,
    env: {
      ...ownEnvironment(),
      LASTGOOD_DATA: dataFolder,
      PORT: String(port),
      STATUS_PORT: String(statusPort),
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [npm.stdout, npm.stderr])
    stream.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const ended = once(npm, "exit");
  const url = `http://127.0.0.1:${port}`;
  while (!(await isServed(`${url}/sign-in`))) {
    if (npm.exitCode !== null) throw new Error(`npm start ended.\n${said}`);
    if (performance.now() - began > patienceMs) throw new Error(`npm start serves no page.\n${said}`);
    await pause(20);
  }
  const milliseconds = performance.now() - began;
  return {
    npm,
    milliseconds,
    url,
    stop: async () => {
      process.kill(-(npm.pid ?? 0), "SIGINT");
      await ended;
    },
  };
}

/** A clone of what is committed here, without anything installed or built. */
export async function freshClone(folder: string): Promise<void> {
  const [code] = (await once(
    spawn("git", ["clone", "--quiet", "--no-hardlinks", root, folder], { stdio: "inherit" }),
    "exit",
  )) as [number | null];
  if (code !== 0) throw new Error("This clone cannot be cloned.");
}

/** Removes a data folder once PostgreSQL, which may outlive everything else by a moment, has let go of it. */
export function remove(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
}

/** Without what `npm run bench` and the first Node told this process. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const hidden = /^(?:npm_|NODE_ENV$|NODE_COMPILE_CACHE$|DATABASE_URL|LASTGOOD_)/;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !hidden.test(name) || name.startsWith("npm_config_")),
  ) as NodeJS.ProcessEnv;
}

async function isServed(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
