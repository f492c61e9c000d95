import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { withPostgres } from "#lib/adapters/postgres-connection.ts";
import { ownPlace, withSql } from "#lib/adapters/postgresql/server.ts";
import type { Context } from "#lib/adapters/postgresql/server.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import { adapterById } from "#lib/adapters/registry.ts";

const servers: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const { server, sockets } of servers.splice(0)) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
});

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 0, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const int32 = (value: number): Buffer => {
  const body = Buffer.alloc(4);
  body.writeInt32BE(value);
  return body;
};
const welcome = Buffer.concat([message("R", int32(0)), message("Z", Buffer.from("I"))]);
const done = Buffer.concat([message("C", Buffer.from("SELECT 1\0")), message("Z", Buffer.from("I"))]);

/** Something that says that it is PostgreSQL, asks for the password in the clear, and never hangs up. */
async function hostile(answer: (socket: Socket) => void) {
  const heard: string[] = [];
  const greetings: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let isStarted = false;
    socket.on("data", (chunk: Buffer) => {
      if (!isStarted) {
        isStarted = true;
        greetings.push(chunk.toString("utf8", 8).replaceAll("\0", " ").trim());
        socket.write(message("R", int32(3)));
      } else if (chunk[0] === 0x70) {
        heard.push(chunk.toString("utf8", 5, chunk.length - 1));
        socket.write(welcome);
      } else if (chunk[0] !== 0x58) answer(socket);
    });
  });
  servers.push({ server, sockets });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, heard, greetings, allow: [`127.0.0.1:${port}`] };
}

const addressAt = (port: number) =>
  ({ host: "127.0.0.1", port, database: "shop", user: "shop", tls: "off" }) as const;

async function bySql(port: number, allow: string[], text: string): Promise<void> {
  const settings: unknown = adapterById("postgresql")?.settings.parse({
    host: "127.0.0.1",
    port,
    user: "shop",
    database: "shop",
    dumpFolder: "/var/backups/shop",
    tls: { mode: "disable" },
  });
  const { ctx } = adapterContext({ settings, allow });
  const own = ctx as Context;
  await withSql(own, ownPlace(own), "shop", (sql) => sql.rows(text));
}

it("a target without a password is given none of the worker's own", async () => {
  vi.stubEnv("PGPASSWORD", "the-workers-own");
  const { port, heard, allow } = await hostile((socket) => socket.write(done));
  const { ctx } = adapterContext({ settings: {}, allow });
  await withPostgres(ctx, addressAt(port), (client) => client.query("SELECT 1"));
  await bySql(port, allow, "SELECT 1").catch(() => undefined);
  expect(heard).toEqual(["", ""]);
});

it("a target's session is told nothing that stands in variables of the worker's", async () => {
  vi.stubEnv("PGOPTIONS", "-c search_path=theirs");
  vi.stubEnv("PGREPLICATION", "database");
  vi.stubEnv("PGAPPNAME", "theirs");
  vi.stubEnv("PGUSER", "theirs");
  vi.stubEnv("PGDATABASE", "theirs");
  vi.stubEnv("PGCLIENT_ENCODING", "LATIN1");
  vi.stubEnv("PGSSLMODE", "require");
  vi.stubEnv("PGSSLNEGOTIATION", "direct");
  vi.stubEnv("PGCONNECT_TIMEOUT", "0");
  const { port, greetings, allow } = await hostile((socket) => socket.write(done));
  const { ctx } = adapterContext({ settings: {}, allow });
  await withPostgres(ctx, addressAt(port), (client) => client.query("SELECT 1"));
  await bySql(port, allow, "SELECT 1").catch(() => undefined);
  const own = "user shop database shop application_name lastgood";
  expect(greetings).toEqual([
    `${own} client_encoding UTF8`,
    `${own} rb_1/1/step statement_timeout 60000 lock_timeout 15000 client_encoding UTF8`,
  ]);
});

it("a program that an adapter runs has the variables that it is given, and no others", async () => {
  vi.stubEnv("PGOPTIONS", "-c search_path=theirs");
  vi.stubEnv("PGSERVICE", "theirs");
  const { ctx } = adapterContext({ settings: {} });
  const end = await runProcess({
    command: ["/usr/bin/env"],
    workingFolder: "/",
    environment: { PGHOST: "own" },
    input: undefined,
    timeoutMs: 5000,
    signal: ctx.signal,
    redact: ctx.redact,
    log: ctx.log,
    endsGroup: true,
  });
  expect(end.output.trim()).toBe("PGHOST=own");
});

it("a server that never hangs up holds nobody", async () => {
  const { port, allow } = await hostile((socket) => socket.write(done));
  const { ctx } = adapterContext({ settings: {}, allow });
  await expect(withPostgres(ctx, addressAt(port), () => Promise.resolve("told"))).resolves.toBe("told");
});

it("an answer without end is cut, and said to be one", async () => {
  const { port, allow } = await hostile((socket) => {
    const name = Buffer.concat([Buffer.from("x\0"), int32(0), Buffer.alloc(2), int32(25), Buffer.alloc(8)]);
    socket.write(message("T", Buffer.concat([Buffer.from([0, 1]), name])));
    const row = message(
      "D",
      Buffer.concat([Buffer.from([0, 1]), int32(1_000_000), Buffer.alloc(1_000_000, 120)]),
    );
    const more = (): void => {
      if (socket.destroyed) return;
      if (socket.write(row)) setImmediate(more);
      else socket.once("drain", more);
    };
    more();
  });
  const { ctx } = adapterContext({ settings: {}, allow });
  const asked = withPostgres(ctx, addressAt(port), (client) => client.query("SELECT 1"));
  await expect(asked).rejects.toMatchObject({ kind: "permanent", code: "TOO_MUCH_OUTPUT" });
});
