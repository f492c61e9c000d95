import http from "node:http";
import path from "node:path";
import next from "next";
import { config } from "#lib/platform/config.ts";
import type { Running } from "#lib/processes/run-process.ts";

const root = path.resolve(import.meta.dirname, "..", "..");

/** Pages and API on PORT. */
export async function startWeb(): Promise<Running> {
  const { host, port } = config();
  const app = next({ dev: false, dir: root, hostname: host, port });
  await app.prepare();
  const handle = app.getRequestHandler();
  const server = http.createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1500))]);
      server.closeAllConnections();
    },
  };
}
