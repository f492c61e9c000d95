import { stat } from "node:fs/promises";
import path from "node:path";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { runtime } from "#lib/adapters/haproxy/runtime-socket.ts";
import type { Settings } from "#lib/adapters/haproxy/schema.ts";
import {
  getsTraffic,
  isHeld,
  isDraining,
  parseServerState,
  parseSessions,
} from "#lib/adapters/haproxy/server-state.ts";
import type { ServerState } from "#lib/adapters/haproxy/server-state.ts";
import { readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import type { Pool, PoolClient } from "#lib/adapters/traffic-pool.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

export const haproxyClient: PoolClient<Settings> = {
  read: async (ctx) => {
    const servers = await readServers(ctx);
    const sessions = parseSessions(await runtime(ctx, "show stat"), ctx.settings.backend);
    return {
      members: servers.map((server) => ({
        name: server.name,
        address: server.address,
        serves: getsTraffic(server),
        isUp: server.isUp,
        connections: sessions.get(server.name) ?? null,
      })),
      pending: await notStored(ctx, servers),
      stable: null,
    } satisfies Pool;
  },
  route: async (ctx, { serving, idle }) => {
    const { backend, stateFile } = ctx.settings;
    const servers = await readServers(ctx);
    const named = (name: string) => servers.find((server) => server.name === name);
    const tell = async (name: string, what: string): Promise<void> => {
      ctx.log(`set server ${backend}/${name} ${what}`);
      await runtime(ctx, `set server ${backend}/${name} ${what}`);
    };
    for (const { name } of serving) {
      const server = named(name);
      if (server?.weight === 0) await tell(name, `weight ${server.initialWeight === 0 ? "1" : "100%"}`);
      if (server !== undefined && isHeld(server)) await tell(name, "state ready");
    }
    await refuseDown(
      ctx,
      serving.map(({ name }) => name),
    );
    for (const { name } of idle) {
      const server = named(name);
      if (server !== undefined && getsTraffic(server) && !isDraining(server)) await tell(name, "state drain");
    }
    if (stateFile !== undefined) await store(ctx, stateFile);
  },
};

async function readServers(ctx: Context): Promise<ServerState[]> {
  const { backend } = ctx.settings;
  const servers = parseServerState(await runtime(ctx, `show servers state ${backend}`), backend);
  if (servers.length > 0) return servers;
  throw new Fault(
    "permanent",
    "NO_SERVERS",
    `HAProxy shows no server in ${backend}.`,
    "Check the name of the backend in the settings.",
  );
}

/** The others keep their traffic until the wanted ones can take it. */
async function refuseDown(ctx: Context, names: readonly string[]): Promise<void> {
  const end = performance.now() + ctx.settings.readySeconds * 1000;
  for (;;) {
    const servers = await readServers(ctx);
    const down = servers.filter((one) => names.includes(one.name) && !one.isUp);
    if (down.length === 0) return;
    if (performance.now() >= end || ctx.signal.aborted)
      throw new Fault(
        "transient",
        "BACKEND_DOWN",
        `HAProxy finds ${down.map(({ name }) => name).join(", ")} down, so the others keep their traffic.`,
        "See to that backend and its health check; it is tried again within the limit of this step.",
      );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Whether the state file says of these servers what the running HAProxy says; null: it does, or there is none. */
async function notStored({ settings }: Context, servers: readonly ServerState[]): Promise<string | null> {
  if (settings.stateFile === undefined) return null;
  const file = await readPlainFile(settings.stateFile);
  const stored = file === null ? [] : parseStored(file.content.toString("utf8"), settings.backend);
  const isSame = servers.every((server) => {
    const other = stored.find(({ name }) => name === server.name);
    return other?.admin === server.admin && other.weight === server.weight;
  });
  return isSame ? null : `${path.basename(settings.stateFile)} does not say so yet`;
}

function parseStored(text: string, backend: string): ServerState[] {
  return text.includes("\n# ") ? parseServerState(text, backend) : [];
}

async function store(ctx: Context, file: string): Promise<void> {
  const state = await runtime(ctx, "show servers state");
  const present = await readPlainFile(file);
  const like = present?.stat ?? (await stat(path.dirname(file)));
  const mode = present === null ? 0o644 : like.mode;
  await replaceAtomically(
    file,
    Buffer.from(`${state.trimEnd()}\n`),
    Object.assign(like, { mode }),
    ctx.effectKey,
  );
  ctx.log(`Wrote ${file}, which HAProxy loads when it starts.`);
}
