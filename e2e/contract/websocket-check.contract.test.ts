import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";

const token = 'T0p/secret+"token" 42';

contractSuite("websocket-check", { make: websocketCheck });

async function websocketCheck(): Promise<ContractCase> {
  const web = createServer();
  const server = new Server(web);
  server.on("connection", (socket) => {
    socket.emit("welcome", socket.handshake.headers.authorization);
  });
  web.listen(0, "127.0.0.1");
  await once(web, "listening");
  const { port } = web.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`;
  return {
    adapter: "websocket-check",
    settings: { url, ping: true, send: "40", expect: "welcome" },
    secrets: { token },
    allow: [`127.0.0.1:${port}`],
    request: planRequest(),
    fingerprint: () => Promise.resolve(null),
    effects: () => Promise.resolve(0),
    wrongSettings: [
      {},
      { url: "http://example.com" },
      { url: "ws://user:password@example.com" },
      { url, protocols: ["two words"] },
      { url, expect: "" },
    ],
    stop: () => server.close(),
  };
}
