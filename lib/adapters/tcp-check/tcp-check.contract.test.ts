import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { runStep } from "#e2e/contract/run-step.ts";

const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const soon = [daysFromNow(-1), daysFromNow(30)] as const;
let folder: string;
const open: Server[] = [];
const sockets = new Set<Socket>();
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tcp-check-"));
  makeCertificate("good", "DNS:localhost,IP:127.0.0.1");
  makeCertificate("expired", "DNS:localhost,IP:127.0.0.1", [daysFromNow(-30), daysFromNow(-1)]);
  makeCertificate("other", "DNS:other.example");
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.splice(0)) server.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...words: string[]): void {
  execFileSync("openssl", words, { stdio: "ignore", cwd: folder });
}

/** Signed by itself; the clock of OpenSSL is asked only through its small authority. */
function makeCertificate(name: string, names: string, [from, to]: readonly [Date, Date] = soon): void {
  const what = ["-subj", "/CN=test", "-addext", `subjectAltName=${names}`];
  writeFileSync(
    path.join(folder, "ca.cnf"),
    `[ca]\ndefault_ca = d\n[d]\ndatabase = ${name}.db\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256\npolicy = p\ncopy_extensions = copy\n[p]\ncommonName = supplied\n`,
  );
  writeFileSync(path.join(folder, `${name}.db`), "");
  openssl(
    "req",
    "-new",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.csr`,
    ...what,
  );
  const time = (date: Date): string => date.toISOString().replace(/[-:T]|\.\d+/g, "");
  const span = ["-startdate", time(from), "-enddate", time(to)];
  const files = ["-keyfile", `${name}.key`, "-in", `${name}.csr`, "-out", `${name}.pem`];
  openssl("ca", "-batch", "-selfsign", "-notext", "-config", "ca.cnf", ...files, ...span);
}
const pem = (name: string): string => readFileSync(path.join(folder, name), "utf8");

async function listen(greet: (socket: Socket) => void, certificate?: string): Promise<number> {
  const taken = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    greet(socket);
  };
  const server =
    certificate === undefined
      ? createServer(taken)
      : createTlsServer({ cert: pem(`${certificate}.pem`), key: pem(`${certificate}.key`) }, taken);
  open.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
const check = (port: number, settings: Record<string, unknown> = {}, allow = [`127.0.0.1:${port}`]) =>
  runStep({
    adapter: "tcp-check",
    operation: "verify",
    settings: { host: "127.0.0.1", port, timeoutMs: 2000, ...settings },
    allow,
    desired: { version: "2.3.0" },
  });
const silent = (): void => undefined;

it("is good when somebody listens, also when nothing is said", async () => {
  expect(await check(await listen(silent))).toMatchObject({ fault: null, evidence: [{ ok: true }] });
});

it("is good when what is said first holds the text, also after a line of our own", async () => {
  const greeting = await listen((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"));
  const result = await check(greeting, { banner: "SSH-2.0" });
  expect(result.evidence[0]?.detail).toContain("OpenSSH_9.2");
  const answering = await listen((socket) =>
    socket.once("data", (line) => socket.write(String(line) === "PING\r\n" ? "+PONG\r\n" : "-ERR\r\n")),
  );
  expect((await check(answering, { send: "PING", banner: "+PONG" })).fault).toBeNull();
});

it("is not good yet when nobody listens, something else is said, or nothing", async () => {
  const port = await listen(silent);
  expect((await check(port, { banner: "220", timeoutMs: 200 })).fault).toMatchObject({
    kind: "transient",
    code: "CHECK_FAILED",
  });
  for (const server of open.splice(0)) server.close();
  for (const socket of sockets) socket.destroy();
  expect((await check(port)).fault).toMatchObject({ kind: "transient", code: "NO_CONNECTION" });
  const other = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect((await check(other, { banner: "220" })).fault?.message).toContain("says: HTTP/1.1 400");
});

it("reads no more than 4 KiB of what never ends, and shows binary as text", async () => {
  let sent = 0;
  const port = await listen((socket) => {
    const more = (): void => {
      sent += 65_536;
      if (socket.destroyed) return;
      if (socket.write(Buffer.alloc(65_536))) setImmediate(more);
      else socket.once("drain", more);
    };
    more();
  });
  const { fault } = await check(port, { banner: "220" });
  expect(fault?.code).toBe("CHECK_FAILED");
  expect(fault?.message).not.toMatch(/[^\P{Cc}\n\t]/u);
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

it("takes a certificate of the named authority, and says until when it is valid", async () => {
  const port = await listen(silent, "good");
  const trusted = { tls: true, authority: pem("good.pem") };
  expect((await check(port, { ...trusted, certificateDays: 20 })).evidence[0]?.detail).toMatch(
    /valid until 20\d\d-/,
  );
  expect((await check(port, { ...trusted, certificateDays: 40 })).fault).toMatchObject({
    kind: "permanent",
    code: "CERTIFICATE_EXPIRES",
  });
});

it.each([
  ["of nobody who is known", "good", undefined],
  ["that has expired", "expired", "expired"],
  ["for another name", "other", "other"],
])("refuses a certificate %s", async (_what, certificate, authority) => {
  const port = await listen(silent, certificate);
  const { fault } = await check(port, {
    tls: true,
    ...(authority !== undefined && { authority: pem(`${authority}.pem`) }),
  });
  expect(fault).toMatchObject({ kind: "permanent", code: "TLS_REFUSED" });
  if (authority === "expired") expect(fault?.message).toContain("has expired");
});

it("says so when what listens speaks no TLS, and when it hangs in the middle of it", async () => {
  const plain = await listen((socket) => socket.end("220 hello\r\n"));
  expect((await check(plain, { tls: true })).fault).toMatchObject({ kind: "permanent", code: "TLS_REFUSED" });
  const hanging = await listen(silent);
  expect((await check(hanging, { tls: true, timeoutMs: 200 })).fault).toMatchObject({
    kind: "transient",
    code: "NO_CONNECTION",
  });
});

it("connects to no address that is not allowed", async () => {
  const port = await listen(silent);
  expect((await check(port, {}, [])).fault).toMatchObject({ kind: "permanent", code: "ADDRESS_REFUSED" });
  expect((await check(port, { host: "localhost" })).fault).toMatchObject({ code: "ADDRESS_REFUSED" });
  expect((await check(port, { host: "localhost" }, [`localhost:${port}`])).fault).toBeNull();
  expect(sockets.size).toBeGreaterThan(0);
});
