import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { io, type Socket } from "socket.io-client";
import { afterAll, expect, it } from "vitest";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { createLog } from "#lib/platform/log.ts";
import { presentAt } from "#lib/queries/duty/presence.ts";
import { attachLive, type Live } from "#lib/web/live.ts";
import { noteAsking, notePresence } from "#lib/web/presence.ts";
import { addIncident, addService, addSomeone, type Someone } from "#lib/web/world.fixture.ts";

const { client } = await testDatabase();
const open: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of open.reverse()) await close();
});

/** A web process: only the database is shared between two of them. */
async function webProcess(): Promise<number> {
  const server: Server = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const live: Live = await attachLive(server, { log: createLog("live") });
  open.push(async () => {
    await live.close();
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

function look(port: number, { token }: Someone, incident: string): Socket {
  const socket = io(`http://127.0.0.1:${port}`, {
    auth: { token },
    transports: ["websocket"],
    forceNew: true,
  });
  open.push(() => void socket.disconnect());
  socket.on("connect", () => socket.emit("subscribe", { incident, after: 0 }));
  return socket;
}

it("Who looks at an incident is known to every web process, from their connection on until it lapses", async () => {
  const [ada, bo, eve] = await Promise.all([1, 2, 3].map(() => addSomeone(client, "operator")));
  if (!ada || !bo || !eve) throw new Error("Three people were added.");
  await addService(client, "shop");
  const id = await addIncident(client, ada.id, { serviceId: "shop", environment: "staging" });
  const { number } = await client.incident.findUniqueOrThrow({ where: { id } });
  const [first, second] = [await webProcess(), await webProcess()];
  look(first, ada, id);
  const gone = look(second, bo, `INC-${number}`);
  const present = async (after = 0) =>
    (await presentAt("incident", id, new Date(Date.now() + after))).map((one) => one.id).sort();
  await expect.poll(() => present(), { timeout: 5000 }).toEqual([ada.id, bo.id].sort());
  gone.disconnect();
  expect(await present(20_000)).toHaveLength(2);
  expect(await present(26_000)).toEqual([]);
  expect(await present()).not.toContain(eve.id);
});

it("A page that asks again and again is somebody who looks; a script is not", async () => {
  const someone = await addSomeone(client, "operator");
  const id = await addIncident(client, someone.id, { serviceId: "shop", environment: "production" });
  const who = { kind: "user", id: someone.id, email: someone.email, name: "Somebody" } as const;
  const token = { kind: "token", tokenId: someone.tokenId, role: "operator", system: "*" } as const;
  await noteAsking({ ...who, via: token }, "incident", id);
  expect(await presentAt("incident", id, new Date())).toEqual([]);
  await noteAsking(
    { ...who, via: { kind: "session", sessionId: "s", reauthenticatedAt: null } },
    "incident",
    id,
  );
  expect((await presentAt("incident", id, new Date())).map((one) => one.id)).toEqual([someone.id]);
});

it("What several processes note at once is there once, and an older note never takes a newer one back", async () => {
  const someone = await addSomeone(client, "operator");
  const id = await addIncident(client, someone.id, { serviceId: "shop", environment: "production" });
  const row = { kind: "incident", id, userId: someone.id } as const;
  const now = new Date();
  const before = new Date(now.getTime() - 60_000);
  await Promise.all([now, before, now, before].map((at) => notePresence([row, row], at)));
  const rows = await client.presence.findMany({ where: { subjectId: id } });
  expect(rows.map((one) => one.seenAt)).toEqual([now]);
});
