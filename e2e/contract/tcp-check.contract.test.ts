import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";

contractSuite("tcp-check", { make: tcpCheck });

async function tcpCheck(): Promise<ContractCase> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end("220 mail.example.org ESMTP\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    adapter: "tcp-check",
    settings: { host: "127.0.0.1", port, banner: "220 " },
    secrets: {},
    allow: [`127.0.0.1:${port}`],
    request: planRequest(),
    fingerprint: () => Promise.resolve(null),
    effects: () => Promise.resolve(0),
    wrongSettings: [
      {},
      { host: "127.0.0.1" },
      { host: "127.0.0.1", port: 0 },
      { host: "http://example.com", port: 80 },
      { host: "example.com:25", port: 25 },
      { host: "example.com", port: 25, certificateDays: 10 },
      { host: "example.com", port: 25, send: "a\r\nb" },
    ],
    stop: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
