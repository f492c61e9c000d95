import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A port of the loopback interface that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until it holds; throws what it last threw, or a sentence, after `seconds`. */
export async function until(what: string, holds: () => Promise<boolean>, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1000;
  let trouble: unknown = null;
  for (;;) {
    try {
      if (await holds()) return;
      trouble = null;
    } catch (error) {
      trouble = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s.`, { cause: trouble });
    await delay(50);
  }
}

export type Daemon = { pid: number; output: () => string; stop: () => Promise<void> };

/** A program in the foreground, stopped by its process id. */
export function startDaemon(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; stopSignal?: NodeJS.Signals } = {},
): Daemon {
  const child: ChildProcess = spawn(program, args, {
    cwd: options.cwd ?? "/",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin:/usr/sbin:/sbin", NODE_ENV: "test", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString("utf8")).slice(-20_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.on("error", (error) => keep(Buffer.from(error.message)));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill(options.stopSignal ?? "SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}

export type Backend = {
  address: string;
  port: number;
  set: (version: string) => void;
  /** Requests of GET /slow that are held now, and how many GET /version it has answered. */
  held: () => number;
  answered: () => number;
  release: () => void;
  stop: () => Promise<void>;
};

/** A service that tells its version at /version, and holds whoever asks for /slow until it is released. */
export async function startBackend(version: string, port = 0): Promise<Backend> {
  let current = version;
  let held: (() => void)[] = [];
  let answered = 0;
  const server = createServer((request, response) => {
    const tell = (): void => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ version: current }));
    };
    if (request.url === "/slow") held.push(tell);
    else {
      answered += 1;
      tell();
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const bound = (server.address() as AddressInfo).port;
  return {
    address: `127.0.0.1:${bound}`,
    port: bound,
    set: (next) => {
      current = next;
    },
    held: () => held.length,
    answered: () => answered,
    release: () => {
      for (const go of held) go();
      held = [];
    },
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
