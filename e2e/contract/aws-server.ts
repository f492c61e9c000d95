import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export type AwsCall = {
  method: string;
  /** As it was sent: percent signs and all. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
};
export type AwsReply = { status: number; headers?: Record<string, string>; body?: string | Buffer };
/** `before`, `after`: the connection is cut then; a reply: it is given instead. */
export type AwsFault = { on: RegExp; times?: number; does: "before" | "after" | AwsReply };

export type AwsServer = {
  url: string;
  address: string;
  /** Such as "PUT /bucket/key?x-id=PutObject", in order. */
  calls: string[];
  fail: (fault: AwsFault) => void;
  heal: () => void;
  /** Throws when anything was asked that the published API does not know. */
  stop: () => Promise<void>;
};

/** What is against the published API. */
export class Violation extends Error {}

/** An AWS service on loopback. Every request carries Signature Version 4, and the sum of its body where it is signed. */
export async function startAwsServer(
  service: string,
  accessKeyId: string,
  handle: (call: AwsCall) => AwsReply,
  refused: (status: number, code: string, message: string) => AwsReply,
): Promise<AwsServer> {
  const violations: string[] = [];
  const calls: string[] = [];
  let faults: AwsFault[] = [];
  const takeFault = (what: string): AwsFault | undefined => {
    const fault = faults.find(({ on }) => on.test(what));
    if (fault?.times !== undefined && --fault.times === 0) faults = faults.filter((one) => one !== fault);
    return fault;
  };
  const answer = (call: AwsCall, what: string): AwsReply | null => {
    const refusal = signatureRefusal(call, service, accessKeyId);
    if (refusal !== null) return refused(403, refusal, "The request was not accepted.");
    calls.push(what);
    const fault = takeFault(what);
    if (fault?.does === "before") return null;
    if (typeof fault?.does === "object") return fault.does;
    const reply = handle(call);
    return fault?.does === "after" ? null : reply;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://aws");
    const what = `${request.method ?? ""} ${request.url ?? ""}`;
    void buffer(request)
      .then((body) => {
        const call = { path: url.pathname, query: url.searchParams, headers: request.headers, body };
        const reply = answer({ ...call, method: request.method ?? "" }, what);
        if (reply === null) return void request.socket.destroy();
        const { status, headers, body: sent = "" } = reply;
        response.writeHead(status, {
          "content-type": "text/xml",
          "content-length": Buffer.byteLength(sent),
          ...headers,
        });
        response.end(request.method === "HEAD" ? undefined : sent);
      })
      .catch((error: unknown) => {
        violations.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        const { status, headers, body } = refused(400, "InvalidRequest", "It is against the published API.");
        response.writeHead(status, headers).end(body);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${address}`,
    address,
    calls,
    fail: (fault) => void faults.push({ ...fault }),
    heal: () => (faults = []),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (violations.length > 0) throw new Error(`Against the published API:\n${violations.join("\n")}`);
    },
  };
}

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$/;

function signatureRefusal({ headers, body }: AwsCall, service: string, key: string): string | null {
  if (headers.authorization === undefined) return "MissingAuthenticationToken";
  const found = authorization.exec(headers.authorization);
  if (found === null) throw new Violation("The authorization is not of Signature Version 4.");
  const [, accessKeyId, day, , name, signed = ""] = found;
  const date = String(headers["x-amz-date"] ?? "");
  if (name !== service) throw new Violation(`It is signed for ${name ?? ""}.`);
  if (!/^\d{8}T\d{6}Z$/.test(date) || date.slice(0, 8) !== day) throw new Violation("It has no x-amz-date.");
  for (const needed of ["host", "x-amz-date"])
    if (!signed.split(";").includes(needed)) throw new Violation(`${needed} is not signed.`);
  const sum = headers["x-amz-content-sha256"];
  if (sum !== undefined && sum !== createHash("sha256").update(body).digest("hex"))
    throw new Violation("The sum of the body is another.");
  return accessKeyId === key ? null : "InvalidClientTokenId";
}
