import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { programPath } from "#e2e/targets/needs.ts";
import { freePort, startDaemon, until } from "#e2e/targets/processes.ts";
import type { Daemon } from "#e2e/targets/processes.ts";

export type RedisServer = {
  port: number;
  address: string;
  password: string;
  /** One command; whatever Redis replies, as it stands on the wire. */
  tell: (...words: string[]) => Promise<string>;
  daemon: Daemon;
  stop: () => Promise<void>;
};

/** A Redis that asks for a password, in memory alone. */
export async function startRedis(password = 'R3d/is+"se cret'): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "lastgood-redis-"));
  const port = await freePort();
  const daemon = startDaemon(programPath("redis-server") ?? "redis-server", [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder],
    ...["--save", "", "--appendonly", "no", "--requirepass", password],
  ]);
  const tell = async (...words: string[]): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    const commands = [["AUTH", password], words, ["QUIT"]].map(
      (one) =>
        `*${one.length}\r\n${one.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`,
    );
    socket.write(commands.join(""));
    return (await text(socket)).replace(/^\+OK\r\n/, "").replace(/\+OK\r\n$/, "");
  };
  await until(`Redis at ${port}`, async () => (await tell("PING")).includes("PONG"));
  return {
    port,
    address: `127.0.0.1:${port}`,
    password,
    tell,
    daemon,
    stop: async () => {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
