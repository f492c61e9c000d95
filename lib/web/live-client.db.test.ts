import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createLiveConnection,
  type FetchEvents,
  type LiveConnection,
} from "#components/live/live-connection.ts";
import { appendEvents } from "#lib/commands/append-events.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { createLog } from "#lib/platform/log.ts";
import { streamEvents } from "#lib/queries/event/stream.ts";
import { attachLive, type Live } from "#lib/web/live.ts";
import { addRollback, addService, addSomeone, type Someone } from "#lib/web/world.fixture.ts";

const { client } = await testDatabase();
let server: Server;
let live: Live;
let port: number;
let operator: Someone;

const open = async (at: number): Promise<void> => {
  server = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  live = await attachLive(server, { log: createLog("live") });
};
const close = async (): Promise<void> => {
  await live.close();
  server.close();
  server.closeAllConnections();
};

beforeAll(async () => {
  await open(0);
  port = (server.address() as AddressInfo).port;
  operator = await addSomeone(client, "operator");
  await addService(client, "shop");
});
afterAll(close);

const fetchEvents: FetchEvents = ({ kind, id }, after) => streamEvents(`${kind}:${id}`, after);
const connection = (to: number, fetching = fetchEvents): LiveConnection =>
  createLiveConnection({
    openSocket: () =>
      io(`http://127.0.0.1:${to}`, {
        auth: { token: operator.token },
        transports: ["websocket"],
        forceNew: true,
        reconnectionDelay: 50,
        reconnectionDelayMax: 200,
      }),
    fetchEvents: fetching,
    patienceMs: 100,
    pollMs: 50,
  });

async function newRollback(): Promise<string> {
  await client.rollback.updateMany({ data: { state: "succeeded" } });
  return addRollback(client, operator.id, { serviceId: "shop", environment: "staging" });
}
const append = (id: string, count: number): Promise<void> =>
  transact((tx) =>
    appendEvents(
      tx,
      { kind: "system", id: "worker" },
      Array.from({ length: count }, () => ({
        type: "step.output" as const,
        subject: { kind: "rollback" as const, id },
        data: {},
      })),
      new Date(),
    ),
  );
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

describe("a page that follows a rollback", () => {
  it("gets what was, what is and what comes over a restart of the server", async () => {
    const id = await newRollback();
    await append(id, 3);
    const page = connection(port);
    const seen: number[] = [];
    const stop = page.follow({ kind: "rollback", id }, 1, (events: readonly StreamEvent[]) =>
      seen.push(...events.map((event) => event.seq)),
    );
    await expect.poll(() => seen).toEqual([2, 3]);
    expect(page.state()).toBe("live");
    await append(id, 2);
    await expect.poll(() => seen).toEqual([2, 3, 4, 5]);
    await close();
    await append(id, 2);
    await expect.poll(() => page.state()).toBe("polling");
    await expect.poll(() => seen).toEqual([2, 3, 4, 5, 6, 7]);
    await open(port);
    await expect.poll(() => page.state(), { timeout: 5000 }).toBe("live");
    await append(id, 1);
    await expect.poll(() => seen).toEqual([2, 3, 4, 5, 6, 7, 8]);
    stop();
  });

  it("asks for events where sockets are blocked, and says when nothing answers", async () => {
    const id = await newRollback();
    await append(id, 2);
    let isReachable = true;
    const page = connection(1, (followed, after) =>
      isReachable ? fetchEvents(followed, after) : Promise.reject(new Error("no network")),
    );
    const seen: number[] = [];
    const stop = page.follow({ kind: "rollback", id }, 0, (events) =>
      seen.push(...events.map((event) => event.seq)),
    );
    await expect.poll(() => seen).toEqual(upTo(2));
    await expect.poll(() => page.state()).toBe("polling");
    isReachable = false;
    await expect.poll(() => page.state()).toBe("offline");
    await append(id, 3);
    isReachable = true;
    await expect.poll(() => seen).toEqual(upTo(5));
    stop();
  });

  it("is told when its rights are gone", async () => {
    const id = await newRollback();
    const page = connection(port);
    const stop = page.follow({ kind: "rollback", id }, 0, () => undefined);
    await expect.poll(() => page.state()).toBe("live");
    await client.grant.deleteMany({ where: { userId: operator.id } });
    await expect.poll(() => page.state(), { timeout: 5000 }).toBe("revoked");
    stop();
  });
});
