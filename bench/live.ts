import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { io } from "socket.io-client";
import { ownPostgres } from "#e2e/fixtures/engine/own-postgres.ts";
import { appendEvents } from "#lib/commands/append-events.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { createLog } from "#lib/platform/log.ts";
import { attachLive } from "#lib/web/live.ts";
import { addRollback, addService, addSomeone } from "#lib/web/world.fixture.ts";

/*
 * How long after an event is about to be written every one of 200 watchers has it: the transaction, the notification, one read
 * and 200 sends, over real sockets to another process, on one PostgreSQL (fsync on). An event every 100 ms.
 */
const watchers = 200;
const everyMs = 100;
const aim = { p99: 150 };
const now = (): number => performance.timeOrigin + performance.now();

type Watch = { url: string; token: string; id: string; events: number };

async function watch({ url, token, id, events }: Watch): Promise<void> {
  const delays: number[] = [];
  await Promise.all(
    Array.from({ length: watchers }, async () => {
      const socket = io(url, { auth: { token }, transports: ["websocket"], forceNew: true });
      socket.on("event", (event: StreamEvent) => {
        delays.push(now() - Number(event.data["sentAt"]));
        if (delays.length === watchers * events) process.send?.(delays);
      });
      await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
      await socket.emitWithAck("subscribe", { rollback: id, after: 0 });
    }),
  );
  process.send?.("ready");
}

async function measure(events: number): Promise<void> {
  const postgres = await ownPostgres({ isDurable: true });
  const { client } = postgres;
  const operator = await addSomeone(client, "operator");
  await addService(client, "shop");
  const id = await addRollback(client, operator.id, { serviceId: "shop", environment: "staging" });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const live = await attachLive(server, { log: createLog("live") });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const child = fork(import.meta.filename, [
    "watch",
    JSON.stringify({ url, token: operator.token, id, events }),
  ]);
  const said = (): Promise<unknown> => new Promise((resolve) => child.once("message", resolve));
  await said();
  const measured = said();
  for (let i = 0; i < events; i++) {
    const sentAt = now();
    await transact((tx) =>
      appendEvents(
        tx,
        { kind: "system", id: "worker" },
        [{ type: "step.output", subject: { kind: "rollback", id }, data: { sentAt, line: "x".repeat(200) } }],
        new Date(),
      ),
    );
    await pause(Math.max(0, sentAt + everyMs - now()));
  }
  const delays = ((await measured) as number[]).toSorted((a, b) => a - b);
  const at = (share: number): string => (delays[Math.floor(delays.length * share)] ?? 0).toFixed(1);
  console.log(
    `event to ${watchers} watchers: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (aim ≤ ${aim.p99}), ${delays.length} of ${watchers * events} received`,
  );
  child.kill();
  await live.close();
  server.close();
  await postgres.remove();
}

if (process.argv[2] === "watch") await watch(JSON.parse(process.argv[3] ?? "") as Watch);
else {
  await measure(Number(process.argv[2] ?? "150"));
  process.exit(0);
}
