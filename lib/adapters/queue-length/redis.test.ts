import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { redisLengths } from "#lib/adapters/queue-length/redis.ts";
import { Settings } from "#lib/adapters/queue-length/schema.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function lengthWhenTold(reply: string) {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write(reply));
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = Settings.parse({ address: `redis://${host}` });
  return redisLengths({ ...adapterContext({ settings, allow: [host] }).ctx, settings });
}

it("takes a number for the length of a queue, and nothing else for an empty one", async () => {
  expect(await lengthWhenTold(":17\r\n")).toEqual([{ queue: "celery", waiting: 17 }]);
  for (const reply of ["+\r\n", "+OK\r\n", ":-1\r\n", ":\r\n", `+${"0".repeat(100_000)}\r\n`])
    await expect(lengthWhenTold(reply)).rejects.toMatchObject({
      kind: "permanent",
      code: "UNEXPECTED_ANSWER",
    });
});
