import { once } from "node:events";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import type { TLSSocket } from "node:tls";
import type { Certificate } from "#e2e/targets/certificates.ts";

export type TlsFront = { url: string; address: string; stop: () => Promise<void> };

/** Ends TLS with that certificate on loopback, as a proxy in front of a system does, and passes everything on. */
export async function startTlsFront(port: number, { cert, key }: Certificate): Promise<TlsFront> {
  const open = new Set<TLSSocket>();
  const server = createServer({ cert, key }, (socket) => {
    open.add(socket);
    const behind = connect(port, "127.0.0.1");
    socket.on("error", () => behind.destroy()).on("close", () => open.delete(socket));
    behind.on("error", () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  // Whoever does not trust the certificate cuts the connection.
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `https://${address}`,
    address,
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
