import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appendEvents } from "#lib/commands/append-events.ts";
import type { Actor } from "#lib/domain/actor.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { createLog } from "#lib/platform/log.ts";
import { attachLive, type Live } from "#lib/web/live.ts";
import type { Problem } from "#lib/web/problem.ts";
import { addRollback, addService, addSomeone, type Someone } from "#lib/web/world.fixture.ts";

const { client } = await testDatabase();
const worker: Actor = { kind: "system", id: "worker" };
let server: Server;
let live: Live;
let url: string;
let operator: Someone;

beforeAll(async () => {
  server = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  live = await attachLive(server, { log: createLog("live") });
  operator = await addSomeone(client, "operator");
  await addService(client, "shop");
});

afterAll(async () => {
  await live.close();
  server.close();
  server.closeAllConnections();
});

type Told = { ok: true; stream: string; lastSeq: number } | { ok: false; problem: Problem };
const connect = (token: string, options = {}): Socket =>
  io(url, { auth: { token }, transports: ["websocket"], reconnection: false, forceNew: true, ...options });
const subscribe = (socket: Socket, wish: unknown): Promise<Told> =>
  socket.timeout(5000).emitWithAck("subscribe", wish) as Promise<Told>;
const until = (socket: Socket, event: string): Promise<unknown> =>
  new Promise((resolve) => socket.once(event, resolve));

async function newRollback(serviceId = "shop"): Promise<string> {
  await client.rollback.updateMany({ where: { serviceId }, data: { state: "succeeded" } });
  return addRollback(client, operator.id, { serviceId, environment: "staging" });
}

function append(id: string, lines: readonly string[]): Promise<void> {
  return transact((tx) =>
    appendEvents(
      tx,
      worker,
      lines.map((line) => ({ type: "step.output", subject: { kind: "rollback", id }, data: { line } })),
      new Date(),
    ),
  );
}

describe("live updates", () => {
  it("give everything that is stored, in order, to a client that is cut 200 times at random", async () => {
    const id = await newRollback();
    const total = 2000;
    const cuts = 200;
    const received: StreamEvent[] = [];
    const appendAll = async (): Promise<void> => {
      for (let sent = 0; sent < total;) {
        const size = Math.min(1 + Math.floor(Math.random() * 7), total - sent);
        await append(
          id,
          Array.from({ length: size }, (_, i) => `line ${sent + i + 1}`),
        );
        sent += size;
      }
    };
    const appending = appendAll();
    let cut = 0;
    while (received.length < total || cut < cuts) {
      const socket = connect(operator.token, cut % 5 === 0 ? { transports: ["polling", "websocket"] } : {});
      // Cut after so many events of this connection, or while nothing comes any more.
      const patience = cut < cuts ? Math.floor(Math.random() * 20) : Number.POSITIVE_INFINITY;
      let here = 0;
      await new Promise<void>((resolve) => {
        socket.on("event", (event: StreamEvent) => {
          received.push(event);
          here += 1;
          // All has come, perhaps before the patience of this connection was used up: nothing more would end it.
          if (here > patience || received.length >= total) resolve();
        });
        socket.on("connect", () => {
          void socket
            .emitWithAck("subscribe", { rollback: id, after: received.at(-1)?.seq ?? 0 })
            .then(() => {
              if (received.length >= total || patience === 0) resolve();
            });
        });
      });
      if (cut < cuts) cut += 1;
      // As a network cuts: without a word, at whatever moment.
      socket.io.engine.close();
      socket.removeAllListeners();
    }
    await appending;
    const stored = await client.eventStream.findMany({
      where: { stream: `rollback:${id}` },
      orderBy: { seq: "asc" },
    });
    expect(cut).toBe(cuts);
    expect(stored).toHaveLength(total);
    expect(received.map((event) => event.seq)).toEqual(stored.map((row) => row.seq));
    expect(received.map((event) => event.data["line"])).toEqual(stored.map((row) => `line ${row.seq}`));
  }, 120_000);

  it("reach one who was there before and one who comes late alike", async () => {
    const id = await newRollback();
    const early = connect(operator.token);
    const seen: number[] = [];
    early.on("event", (event: StreamEvent) => seen.push(event.seq));
    expect(await subscribe(early, { rollback: id, after: 0 })).toEqual({
      ok: true,
      stream: `rollback:${id}`,
      lastSeq: 0,
    });
    await append(id, ["one", "two", "three"]);
    await expect.poll(() => seen).toEqual([1, 2, 3]);
    const late = connect(operator.token);
    const lateSeen: number[] = [];
    late.on("event", (event: StreamEvent) => lateSeen.push(event.seq));
    expect(await subscribe(late, { rollback: id, after: 1 })).toMatchObject({ ok: true, lastSeq: 3 });
    await append(id, ["four"]);
    await expect.poll(() => lateSeen).toEqual([2, 3, 4]);
    await expect.poll(() => seen).toEqual([1, 2, 3, 4]);
    early.disconnect();
    late.disconnect();
  });

  it("are refused to nobody, to a wrong token, to another site, and to a role elsewhere", async () => {
    const id = await newRollback();
    const stranger = connect("lg_wrong");
    expect(await until(stranger, "connect_error")).toMatchObject({ data: { code: "UNAUTHENTICATED" } });
    const elsewhere = connect(operator.token, { extraHeaders: { origin: "https://evil.example" } });
    expect(await until(elsewhere, "connect_error")).toBeInstanceOf(Error);
    const other = await addSomeone(client, "admin", "another-system");
    const socket = connect(other.token);
    expect(await subscribe(socket, { rollback: id })).toMatchObject({
      ok: false,
      problem: { code: "FORBIDDEN" },
    });
    socket.disconnect();
  });

  it("stop within five seconds of a revocation, and say so", async () => {
    const id = await newRollback();
    const leaver = await addSomeone(client, "viewer");
    const socket = connect(leaver.token);
    expect(await subscribe(socket, { rollback: id })).toMatchObject({ ok: true });
    const told = until(socket, "revoked");
    const cut = until(socket, "disconnect");
    const began = performance.now();
    await client.grant.deleteMany({ where: { userId: leaver.id } });
    expect(await told).toMatchObject({ code: "FORBIDDEN" });
    await cut;
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it("answer hostile wishes with a problem and stay up", async () => {
    const id = await newRollback();
    const socket = connect(operator.token);
    const wishes = [
      null,
      "x",
      7,
      [],
      {},
      { rollback: 1 },
      { rollback: id, incident: id },
      { rollback: "\0" },
      { rollback: id, after: -1 },
      { rollback: id, after: 1e99 },
      { rollback: "RB-999999999" },
      { rollback: "'; DROP TABLE event; --" },
    ];
    for (const wish of wishes) {
      expect(await subscribe(socket, wish)).toMatchObject({
        ok: false,
        problem: { code: expect.stringMatching(/INVALID|NOT_FOUND/) as string },
      });
    }
    socket.emit("subscribe", { rollback: id }, "not a function");
    socket.emit("unknown", {});
    expect(await subscribe(socket, { rollback: id })).toMatchObject({ ok: true });
    const cut = until(socket, "disconnect");
    socket.emit("subscribe", "x".repeat(20_000));
    await cut;
    const again = connect(operator.token);
    expect(await subscribe(again, { rollback: id })).toMatchObject({ ok: true });
    again.disconnect();
  });
});
