import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clientId, tenantId } from "#e2e/contract/entra-route.ts";
import { adapterById } from "#lib/adapters/registry.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import { openTarget } from "#lib/workflows/operation.ts";

const token = "fetched/token+of 42 characters";
const encoded = [
  token,
  Buffer.from(`Bearer ${token}`).toString("base64"),
  encodeURIComponent(token),
  Buffer.from(token).toString("hex"),
];
process.env["LASTGOOD_SECRET_KEPT"] = "the-password-of-the-target";

let server: Server;
let url = "";
let allow: string[] = [];
beforeAll(async () => {
  // Gives the token to whoever signs in, and repeats it in every other answer.
  server = createServer((request, response) => {
    void text(request).then(() => {
      const isSignIn = /authenticate|oauth2/.test(request.url ?? "");
      const body = isSignIn
        ? { token, access_token: token, token_type: "Bearer", expires_in: 3599 }
        : { error: `Denied: ${encoded.join(" ")}`, message: `Denied: ${encoded.join(" ")}` };
      response.writeHead(isSignIn ? 200 : 400, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  allow = [`127.0.0.1:${port}`];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const entra = () => ({ tenantId, clientId, loginUrl: url, timeoutMs: 2000 });
const targets: Record<string, () => { settings: JsonObject; secrets: Record<string, string> }> = {
  etcd: () => ({
    settings: { url, prefix: "config/", username: "lastgood" },
    secrets: { password: "env:LASTGOOD_SECRET_KEPT" },
  }),
  "azure-functions": () => ({
    settings: {
      ...entra(),
      subscriptionId: "22222222-3333-4444-8555-666666666666",
      resourceGroup: "agents",
      site: "mail",
      managementUrl: url,
    },
    secrets: { clientSecret: "env:LASTGOOD_SECRET_KEPT" },
  }),
};

it.each(Object.keys(targets))(
  "%s hides the token that it has fetched, in every encoding, in faults, lines and whatever is recorded later",
  async (adapter) => {
    const target = await openTarget(
      { adapterById },
      { adapter, ...(targets[adapter]?.() ?? never()), allow },
    );
    const lines: string[] = [];
    const ctx = target.context({
      signal: AbortSignal.timeout(10_000),
      effectKey: "kept",
      previous: "none",
      log: (line) => lines.push(line),
    });
    const error: unknown = await target.inspect(ctx, "configuration").catch((fault: unknown) => fault);
    const found = stepFault(error, "permanent", target.redact);
    expect(found.message).toContain("Denied");
    ctx.log(`lines: ${encoded.join(" ")}`);
    const stream = ctx.redact.stream();
    const streamed = Array.from(encoded.join(" "), (one) => stream.write(one)).join("") + stream.end();
    const told = JSON.stringify([found, lines, streamed, encoded.map((one) => target.redact(one))]);
    for (const form of encoded) expect(told).not.toContain(form);
  },
);

function never(): never {
  throw new Error("There is no such target.");
}
