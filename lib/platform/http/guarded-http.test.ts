import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Fault } from "#lib/domain/errors.ts";
import { guardedHttp } from "#lib/platform/http/guarded-http.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Listening = { port: number; url: string; address: string; seen: IncomingMessage[] };

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  vi.unstubAllEnvs();
});

async function listen(handler: Handler, host = "127.0.0.1"): Promise<Listening> {
  const seen: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(request);
    handler(request, response);
  });
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const shown = host.includes(":") ? `[${host}]` : host;
  return { port, url: `http://${shown}:${port}`, address: `${shown}:${port}`, seen };
}
const ok: Handler = (_request, response) => response.end("hello");
const timeoutMs = 2000;
const get = (url: string) => ({ method: "GET", url, timeoutMs }) as const;
const post = (url: string) => ({ method: "POST", url, timeoutMs, body: "{}" }) as const;

describe("the allow-list", () => {
  it("lets an address through that is named, and says what was answered", async () => {
    const server = await listen((_request, response) => {
      response.writeHead(201, { "X-One": "1", "Set-Cookie": ["a=1", "b=2"] });
      response.end("hello");
    });
    const answer = await guardedHttp([server.address])(get(`${server.url}/x?y=1`));
    expect(answer).toMatchObject({ status: 201, body: "hello", truncated: false });
    expect(answer.headers).toMatchObject({ "x-one": "1", "set-cookie": "a=1, b=2" });
    expect(server.seen[0]?.url).toBe("/x?y=1");
  });

  it("tells trailers as well, which do not replace a header", async () => {
    const server = await listen((_request, response) => {
      response.writeHead(200, { trailer: "ETag, X-One", "x-one": "header" });
      response.write("hello");
      response.addTrailers({ ETag: '"path hash"', "X-One": "trailer" });
      response.end();
    });
    const { headers } = await guardedHttp([server.address])(get(server.url));
    expect(headers).toMatchObject({ etag: '"path hash"', "x-one": "header" });
  });

  it.each([
    ["another port", ["127.0.0.1:1"]],
    ["the host without a port", ["127.0.0.1"]],
    ["a name for the same address", ["localhost:PORT"]],
    ["nothing", []],
    ["something malformed", ["http://127.0.0.1:PORT", "127.0.0.1:PORT/x", "*:PORT", ":PORT"]],
  ])("refuses when it names %s", async (_what, allow) => {
    const server = await listen(ok);
    const http = guardedHttp(allow.map((entry) => entry.replace("PORT", String(server.port))));
    await expect(http(post(server.url))).rejects.toMatchObject({
      kind: "permanent",
      code: "ADDRESS_REFUSED",
    });
    expect(server.seen).toHaveLength(0);
  });

  it("compares hosts after normalisation: numbers, case, default ports, IPv6, international names", async () => {
    const server = await listen(ok);
    const http = guardedHttp([server.address]);
    expect((await http(get(`http://0x7f.1:${server.port}`))).status).toBe(200);
    const six = await listen(ok, "::1");
    expect((await guardedHttp([`[0:0::1]:${six.port}`])(get(six.url))).status).toBe(200);
    const lookup = () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]);
    for (const name of ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example"]) {
      const named = guardedHttp([`bücher.example:${server.port}`, server.address], { lookup });
      expect((await named(get(`http://${name}:${server.port}`))).status).toBe(200);
    }
    await expect(guardedHttp(["example.com:80"])(get("https://EXAMPLE.com/"))).rejects.toThrow(
      "example.com:443",
    );
  });

  it.each(["ftp://127.0.0.1:21/", "file:///etc/passwd", "not a url", "http://user:pass@127.0.0.1:1/"])(
    "refuses %s before anything is sent",
    async (url) => {
      await expect(guardedHttp(["127.0.0.1:21", "127.0.0.1:1"])(get(url))).rejects.toMatchObject({
        kind: "permanent",
        code: "INVALID_REQUEST",
      });
    },
  );

  it("does not let a caller name another host in a header", async () => {
    const server = await listen(ok);
    const request = { ...get(server.url), headers: { Host: "other.example" } };
    await expect(guardedHttp([server.address])(request)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });

  it("reports a header that cannot be sent without repeating it", async () => {
    const server = await listen(ok);
    const request = { ...get(server.url), headers: { authorization: "Bearer one\r\ntwo" } };
    const failure = await guardedHttp([server.address])(request).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: "permanent", code: "INVALID_REQUEST" });
    expect(String(failure)).not.toContain("two");
  });
});

describe("names", () => {
  const at = (address: string) => ({
    lookup: () => Promise.resolve([{ address, family: address.includes(":") ? 6 : 4 }]),
  });

  it.each([
    "127.0.0.1",
    "10.0.0.5",
    "169.254.169.254",
    "::1",
    "fe80::1",
    "fd00::1",
    "0.0.0.0",
    "::ffff:127.0.0.1",
  ])("refuses a public name that resolves to %s", async (address) => {
    const server = await listen(ok);
    const http = guardedHttp([`api.example.com:${server.port}`], at(address));
    await expect(http(get(`http://api.example.com:${server.port}`))).rejects.toMatchObject({
      code: "ADDRESS_REFUSED",
    });
    expect(server.seen).toHaveLength(0);
  });

  it("refuses the metadata address even for a private name", async () => {
    const http = guardedHttp(["meta.internal:80"], at("169.254.169.254"));
    await expect(http(get("http://meta.internal/"))).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
  });

  it("connects when the resolved address is named as well", async () => {
    const server = await listen(ok);
    const http = guardedHttp([`api.example.com:${server.port}`, server.address], at("127.0.0.1"));
    expect((await http(get(`http://api.example.com:${server.port}`))).status).toBe(200);
    expect(server.seen[0]?.headers.host).toBe(`api.example.com:${server.port}`);
  });

  it("resolves once per connection, so that a second answer of the name server changes nothing", async () => {
    const server = await listen(ok);
    const lookup = vi
      .fn<() => Promise<{ address: string; family: number }[]>>()
      .mockResolvedValueOnce([{ address: "127.0.0.1", family: 4 }])
      .mockResolvedValue([{ address: "127.0.0.2", family: 4 }]);
    const http = guardedHttp([`api.example.com:${server.port}`, server.address], { lookup });
    expect((await http(get(`http://api.example.com:${server.port}`))).status).toBe(200);
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it("takes localhost at its word", async () => {
    const server = await listen(ok);
    expect(
      (await guardedHttp([`localhost:${server.port}`])(get(`http://localhost:${server.port}`))).body,
    ).toBe("hello");
  });

  it("calls a name that does not resolve transient", async () => {
    const lookup = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    const http = guardedHttp(["nowhere.example:80"], { lookup });
    await expect(http(post("http://nowhere.example/"))).rejects.toMatchObject({
      kind: "transient",
      code: "NAME_NOT_FOUND",
    });
  });
});

describe("redirects", () => {
  const to =
    (location: string, status = 302): Handler =>
    (_request, response) => {
      response.writeHead(status, { location });
      response.end();
    };

  it("checks each one against the list", async () => {
    const inner = await listen(ok);
    const outer = await listen(to(`${inner.url}/secret`));
    await expect(guardedHttp([outer.address])(get(outer.url))).rejects.toMatchObject({
      kind: "permanent",
      code: "ADDRESS_REFUSED",
    });
    expect(inner.seen).toHaveLength(0);
  });

  it("never carries authorization or cookies to another origin, but does within one", async () => {
    const inner = await listen(ok);
    const outer = await listen((request, response) =>
      (request.url === "/" ? to("/again") : to(inner.url))(request, response),
    );
    const headers = { authorization: "Bearer t", cookie: "c=1", "x-api-key": "k", accept: "text/plain" };
    await guardedHttp([outer.address, inner.address])({ ...get(outer.url), headers });
    expect(outer.seen[1]?.headers).toMatchObject({ authorization: "Bearer t" });
    expect(inner.seen[0]?.headers).toMatchObject({ accept: "text/plain" });
    for (const name of ["authorization", "cookie", "x-api-key"])
      expect(inner.seen[0]?.headers[name]).toBeUndefined();
  });

  it("never repeats a POST: the redirect itself is the answer", async () => {
    const inner = await listen(ok);
    for (const status of [301, 302, 303, 307, 308]) {
      const outer = await listen(to(inner.url, status));
      expect((await guardedHttp([outer.address, inner.address])(post(outer.url))).status).toBe(status);
    }
    expect(inner.seen).toHaveLength(0);
  });

  it("follows three and no more", async () => {
    const server = await listen((request, response) => {
      const left = Number((request.url ?? "/0").slice(1));
      if (left === 0) response.end("there");
      else to(`/${left - 1}`)(request, response);
    });
    const http = guardedHttp([server.address]);
    expect((await http(get(`${server.url}/3`))).body).toBe("there");
    await expect(http(get(`${server.url}/4`))).rejects.toMatchObject({ code: "TOO_MANY_REDIRECTS" });
  });

  it("refuses one to another scheme", async () => {
    const outer = await listen(to("file:///etc/passwd"));
    await expect(guardedHttp([outer.address])(get(outer.url))).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
  });
});

describe("answers that do not come, or do not end", () => {
  const kinds = async (allow: string, url: string, limit = timeoutMs) => {
    const http = guardedHttp([allow]);
    const kind = (error: unknown) => (error instanceof Fault ? `${error.kind} ${error.code}` : error);
    const call = (request: Parameters<typeof http>[0]) => http({ ...request, timeoutMs: limit }).catch(kind);
    return [await call(get(url)), await call(post(url))];
  };

  it("nobody listens: nothing was sent", async () => {
    const server = await listen(ok);
    for (const one of open.splice(0)) one.close();
    expect(await kinds(server.address, server.url)).toEqual([
      "transient NO_CONNECTION",
      "transient NO_CONNECTION",
    ]);
  });

  it("the connection is cut after the request arrived: a GET may be repeated, a POST is uncertain", async () => {
    const server = await listen((request) => request.socket.destroy());
    expect(await kinds(server.address, server.url)).toEqual([
      "transient CONNECTION_LOST",
      "unknown CONNECTION_LOST",
    ]);
    expect(server.seen).toHaveLength(2);
  });

  it("the connection is cut in the middle of the body", async () => {
    const server = await listen((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => request.socket.resetAndDestroy());
    });
    expect(await kinds(server.address, server.url)).toEqual([
      "transient CONNECTION_LOST",
      "unknown CONNECTION_LOST",
    ]);
  });

  it("the answer never begins", async () => {
    const server = await listen(() => undefined);
    expect(await kinds(server.address, server.url, 150)).toEqual(["transient TIMEOUT", "unknown TIMEOUT"]);
  });

  it("the body comes a byte at a time for ever", async () => {
    const server = await listen((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(timer));
    });
    expect(await kinds(server.address, server.url, 200)).toEqual(["transient TIMEOUT", "unknown TIMEOUT"]);
  });

  it("what answers does not speak HTTP", async () => {
    const server = createTcpServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    open.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [look, act] = await kinds(address, `http://${address}`);
    expect([look, act]).toEqual(["transient CONNECTION_LOST", "unknown CONNECTION_LOST"]);
    expect((await kinds(address, `https://${address}`))[1]).toBe("permanent TLS_REFUSED");
  });

  it("reads no more of a huge body than it may", async () => {
    let sent = 0;
    const server = await listen((_request, response) => {
      response.writeHead(200);
      const more = () => {
        sent += 65536;
        if (response.write(Buffer.alloc(65536, 120))) setImmediate(more);
        else response.once("drain", more);
      };
      more();
    });
    const answer = await guardedHttp([server.address])({ ...get(server.url), maxBytes: 1000 });
    expect(answer).toMatchObject({ truncated: true, body: "x".repeat(1000) });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it("stops when told to, before and during", async () => {
    const server = await listen(() => undefined);
    const http = guardedHttp([server.address]);
    const stopped = { ...post(server.url), signal: AbortSignal.abort() };
    await expect(http(stopped)).rejects.toMatchObject({ kind: "transient", code: "CANCELLED" });
    expect(server.seen).toHaveLength(0);
    const controller = new AbortController();
    const pending = http({ ...post(server.url), signal: controller.signal });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));
    controller.abort();
    await expect(pending).rejects.toMatchObject({ kind: "unknown", code: "CANCELLED" });
  });
});

it("uses no proxy that the environment names", async () => {
  const proxy = await listen(ok);
  const server = await listen((_request, response) => response.end("direct"));
  for (const name of ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"]) vi.stubEnv(name, proxy.url);
  vi.stubEnv("NODE_USE_ENV_PROXY", "1");
  expect((await guardedHttp([server.address])(get(server.url))).body).toBe("direct");
  expect(proxy.seen).toHaveLength(0);
});
