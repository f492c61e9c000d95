import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { Server as SocketServer } from "socket.io";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runStep } from "#e2e/contract/run-step.ts";

let web: Server;
let port: number;
let seen: IncomingMessage[];
beforeEach(async () => {
  seen = [];
  web = createServer((_request, response) => response.writeHead(404).end());
  web.listen(0, "127.0.0.1");
  await once(web, "listening");
  port = (web.address() as AddressInfo).port;
});
afterEach(() => {
  web.closeAllConnections();
  web.close();
});

const check = (settings: Record<string, unknown> = {}, more: { token?: string; allow?: string[] } = {}) =>
  runStep({
    adapter: "websocket-check",
    operation: "verify",
    settings: { url: `ws://127.0.0.1:${port}/live`, timeoutMs: 2000, ...settings },
    secrets: more.token === undefined ? {} : { token: more.token },
    allow: more.allow ?? [`127.0.0.1:${port}`],
    desired: { version: "2.3.0" },
  });

/** Opens each WebSocket as RFC 6455 says, and leaves the rest to the test. */
function upgrading(talk: (socket: Duplex) => void, headers = ""): void {
  web.on("upgrade", (request, socket) => {
    seen.push(request);
    socket.on("error", () => undefined);
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"] ?? ""}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${headers}\r\n`,
    );
    talk(socket);
  });
}
const text = (words: string, first = 0x81): Buffer =>
  Buffer.concat([Buffer.from([first, words.length]), Buffer.from(words)]);
const answering = (status: string) => {
  web.on("upgrade", (_request, socket) => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`));
};

it("is good against a real server: opened, pinged, and answered", async () => {
  const server = new SocketServer(web);
  server.on("connection", (socket) => socket.emit("welcome", "2.3.0"));
  const result = await check({
    url: `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
    ping: true,
    send: "40",
    expect: '"welcome","2.3.0"',
  });
  expect(result.fault).toBeNull();
  expect(result.evidence[0]?.detail).toMatch(/open after \d+ ms\. It answered the ping\. It said: 42\[/);
  await server.close();
});

it("is good when it opens, and sends what it was given", async () => {
  upgrading(() => undefined, "Sec-WebSocket-Protocol: v2\r\n");
  const token = "a-bearer-token";
  const result = await check({ origin: "https://shop.example.com", protocols: ["v1", "v2"] }, { token });
  expect(result.evidence[0]?.detail).toContain("with v2");
  expect(seen[0]?.headers).toMatchObject({
    origin: "https://shop.example.com",
    authorization: `Bearer ${token}`,
    "sec-websocket-protocol": "v1, v2",
    "sec-websocket-version": "13",
  });
});

it("puts a message together from its parts, however they are cut, and shows no secret of it", async () => {
  const parts = Buffer.concat([text("you sent a-bearer", 0x01), text("", 0x89), text("-token, hello", 0x80)]);
  upgrading((socket) => {
    for (const byte of parts) socket.write(Buffer.from([byte]));
  });
  const result = await check({ expect: "hello" }, { token: "a-bearer-token" });
  expect(result.evidence[0]?.detail).toContain("you sent [redacted], hello");
});

it("is not good yet when the expected message does not come, though others do", async () => {
  upgrading((socket) => void socket.write(text("maintenance")));
  const { fault } = await check({ expect: "welcome", timeoutMs: 300 });
  expect(fault).toMatchObject({ kind: "transient", code: "CHECK_FAILED" });
  expect(fault?.message).toContain("Last heard: maintenance");
});

it("is not good yet when no pong comes, or the server closes, is cut, or speaks no frames", async () => {
  for (const talk of [
    () => undefined,
    (socket: Duplex) => void socket.write(Buffer.from([0x88, 0])),
    (socket: Duplex) => void socket.destroy(),
    (socket: Duplex) => void socket.write(Buffer.alloc(50, 0xff)),
  ]) {
    web.removeAllListeners("upgrade");
    upgrading(talk);
    const { fault } = await check({ ping: true, timeoutMs: 300 });
    expect(fault).toMatchObject({ kind: "transient", code: "CHECK_FAILED" });
    expect(fault?.message).toContain("no pong");
  }
});

it("keeps 64 KiB of a message that never ends", async () => {
  let sent = 0;
  upgrading((socket) => {
    const header = Buffer.alloc(10);
    header[0] = 0x81;
    header[1] = 127;
    header.writeBigUInt64BE(1_000_000_000n, 2);
    socket.write(header);
    const more = (): void => {
      sent += 65_536;
      if (socket.destroyed) return;
      if (socket.write(Buffer.alloc(65_536, 120))) setImmediate(more);
      else socket.once("drain", more);
    };
    more();
  });
  const before = process.memoryUsage().rss;
  expect((await check({ expect: "welcome", timeoutMs: 500 })).fault?.code).toBe("CHECK_FAILED");
  expect(sent).toBeGreaterThan(1024 * 1024);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
});

it.each([
  ["401 Unauthorized", "permanent", "ACCESS_DENIED"],
  ["403 Forbidden", "permanent", "ACCESS_DENIED"],
  ["502 Bad Gateway", "transient", "NOT_OPENED"],
  ["200 OK", "transient", "NOT_OPENED"],
  ["302 Found", "transient", "NOT_OPENED"],
])("tells a refusal with %s", async (status, kind, code) => {
  answering(status);
  const { fault } = await check();
  expect(fault).toMatchObject({ kind, code });
  expect(fault?.message).toContain(status.slice(0, 3));
});

it("tells a server that answers anything from one that speaks WebSocket", async () => {
  web.on("upgrade", (_request, socket) =>
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
  );
  expect((await check()).fault?.message).toContain("does not speak WebSocket");
});

it("is not good yet when nothing is answered at all", async () => {
  web.on("upgrade", () => undefined);
  expect((await check({ timeoutMs: 300 })).fault).toMatchObject({ kind: "transient" });
});

it("connects to no address that is not allowed", async () => {
  upgrading(() => undefined);
  expect((await check({}, { allow: [] })).fault).toMatchObject({
    kind: "permanent",
    code: "ADDRESS_REFUSED",
  });
  expect(seen).toHaveLength(0);
});
