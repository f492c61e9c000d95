import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import path from "node:path";
import next from "next";
import { config } from "#lib/platform/config.ts";
import { blameTheCaller } from "#lib/web/page-post.ts";
import { pathHeader } from "#lib/web/path-header.ts";
import { pageHeaders } from "#lib/web/security-headers.ts";

export type Pages = {
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  close: () => Promise<void>;
};

const root = path.resolve(import.meta.dirname, "..", "..");

/** The console's pages and its API, served by Next. Every page comes with a policy that names its own scripts only. */
export async function openPages(server: Server, isDevelopment: boolean): Promise<Pages> {
  const { host, port, url, oidc } = config();
  // Next would listen for upgrades on the server that it is given, and end those that are not its own.
  const httpServer = createServer();
  const app = next({ dev: isDevelopment, dir: root, hostname: host, port, httpServer });
  await app.prepare();
  if (isDevelopment) {
    server.on("upgrade", (request, socket, head) => {
      if (!request.url?.startsWith("/socket.io/")) void app.getUpgradeHandler()(request, socket, head);
    });
  }
  const handle = app.getRequestHandler();
  const isHttps = url.startsWith("https://");
  const formTarget = oidc === undefined ? undefined : new URL(oidc.issuer).origin;
  return {
    answer: async (request, response) => {
      const nonce = randomBytes(16).toString("base64");
      const headers = pageHeaders({ nonce, isHttps, formTarget, isDevelopment });
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      request.headers[pathHeader] = request.url ?? "/";
      // Next reads the nonce for its own scripts from the request.
      request.headers["content-security-policy"] = headers["content-security-policy"];
      blameTheCaller(request, response);
      await handle(request, response);
    },
    close: () => app.close(),
  };
}
