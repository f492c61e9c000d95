import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, copyFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { runStep } from "#e2e/contract/run-step.ts";

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  log = path.join(folder, "app.log");
});
afterEach(() => rm(folder, { recursive: true }));

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const good = (seconds: number): string => `${ago(seconds)} INFO request served\n`;
const bad = (seconds: number): string => `${ago(seconds)} ERROR no connection\n`;
const check = (
  settings: Record<string, unknown> = {},
  more: { secret?: string; signal?: AbortSignal } = {},
) =>
  runStep(
    {
      adapter: "log-check",
      operation: "verify",
      settings: { path: log, pattern: "\\bERROR\\b", ...settings },
      secrets: more.secret === undefined ? {} : { token: more.secret },
      desired: { version: "2.3.0" },
    },
    more.signal,
  );

it("counts the lines of the window alone: what was wrong before the rollback leaves it by itself", async () => {
  await writeFile(log, bad(300) + bad(90) + good(50) + good(1));
  expect((await check()).evidence[0]?.detail).toBe("0 of 2 lines of the last 60 s match; at most 0 may.");
  const wide = await check({ windowSeconds: 120 });
  expect(wide.fault).toMatchObject({ kind: "transient", code: "CHECK_FAILED" });
  expect(wide.fault?.message).toMatch(/1 of 3 lines .* The latest: .* ERROR no connection/);
  expect((await check({ windowSeconds: 120, most: 1 })).fault).toBeNull();
});

it("takes a silent log for unknown, and unknown is not good", async () => {
  await writeFile(log, good(300));
  expect((await check()).fault).toMatchObject({ kind: "transient", code: "NO_DATA" });
  expect((await check({ minLines: 0 })).fault).toBeNull();
  await writeFile(log, good(2));
  expect((await check({ minLines: 2 })).fault?.message).toContain("only 1 lines");
  await writeFile(log, "");
  expect((await check()).fault?.code).toBe("NO_DATA");
});

it("counts on in the renamed part of a log", async () => {
  await writeFile(log, bad(20) + good(10));
  await rename(log, `${log}.1`);
  await writeFile(log, good(1));
  expect((await check()).fault?.message).toContain("1 of 3 lines");
  await rm(`${log}.1`);
  expect((await check()).evidence[0]?.detail).toContain("0 of 1 lines");
});

it("counts on in the copied part of a log that was truncated", async () => {
  await writeFile(log, bad(20) + good(10));
  await copyFile(log, `${log}-20261121`);
  await truncate(log);
  await appendFile(log, good(1));
  expect((await check()).fault?.message).toContain("1 of 3 lines");
});

it("does not call good what may be in a packed part", async () => {
  await writeFile(log, bad(20));
  execFileSync("gzip", ["-S", ".1.gz", log]);
  await writeFile(log, good(1));
  expect((await check()).fault).toMatchObject({ kind: "transient", code: "NO_DATA" });
});

it("leaves out older parts that were not written to in the window, and other logs beside it", async () => {
  await writeFile(`${log}.2`, bad(20));
  execFileSync("touch", ["-d", "10 minutes ago", `${log}.2`]);
  await writeFile(path.join(folder, "app.logger"), bad(5));
  await writeFile(log, good(1));
  expect((await check()).fault).toBeNull();
});

it("says so when the end of the file that it reads does not reach back far enough", async () => {
  await writeFile(log, good(30).repeat(40_000));
  const { fault } = await check({ maxMegabytes: 1 });
  expect(fault).toMatchObject({ kind: "transient", code: "NO_DATA" });
  expect(fault?.message).toContain("the last 1 MiB of app.log do not reach back so far");
  await writeFile(log, good(90).repeat(40_000) + good(1));
  expect((await check({ maxMegabytes: 1 })).fault).toBeNull();
});

it("counts a stack trace to the line that it belongs to", async () => {
  await writeFile(log, `${bad(90)}    at ERROR (old.js:1)\n${good(5)}    at fine (new.js:1)\n`);
  expect((await check()).evidence[0]?.detail).toContain("0 of 2 lines");
});

it.each([
  ["JSON with seconds", (at: number) => `{"level":"ERROR","ts":${at / 1000}}`],
  ["JSON with milliseconds", (at: number) => `{"time":${at},"msg":"ERROR"}`],
  ["JSON with a date", (at: number) => `{"@timestamp":"${new Date(at).toISOString()}","level":"ERROR"}`],
  ["the common log format", (at: number) => `1.2.3.4 - - [${commonTime(at)}] "GET / HTTP/1.1" 500 ERROR`],
  ["nginx's own", (at: number) => `${local(at).replaceAll("-", "/")} [error] 1#1: ERROR`],
  ["syslog", (at: number) => `<11>${syslogTime(at)} host app[1]: ERROR`],
  ["Python's", (at: number) => `${local(at)},123 ERROR app`],
])("reads the times of %s", async (_what, line) => {
  await writeFile(log, `${line(Date.now() - 90_000)}\n${line(Date.now() - 5000)}\n`);
  expect((await check()).fault?.message).toContain("1 of 1 lines");
});

it("reads times without a zone as it is told", async () => {
  const berlin = local(Date.now() + 3_600_000);
  await writeFile(log, `${local(Date.now() + 3_500_000)} ERROR\n${berlin} INFO\n`);
  expect((await check({ utcOffset: "+01:00" })).evidence[0]?.detail).toContain("0 of 1 lines");
});

it("refuses a log that tells no times", async () => {
  await writeFile(log, "ready\nsteady\n");
  expect((await check()).fault).toMatchObject({ kind: "permanent", code: "NO_TIMES" });
  await writeFile(log, Buffer.alloc(100_000, 0xfe));
  expect((await check()).fault).toMatchObject({ kind: "permanent", code: "NO_TIMES" });
});

it("ends a pattern that would take for ever, without holding anything up", async () => {
  await writeFile(log, `${ago(1)} ${"a".repeat(2000)}!\n`);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 20);
  const { fault } = await check({ pattern: "(a+)+$", timeoutMs: 600 });
  clearInterval(timer);
  expect(fault).toMatchObject({ kind: "permanent", code: "TIMEOUT" });
  expect(turns).toBeGreaterThan(5);
});

it("reads a line without an end piece by piece, and shows binary and secrets of it as text without them", async () => {
  await writeFile(
    log,
    `${ago(3)} ERROR \u0000\u001b[31m the-secret-token ${"x".repeat(20_000_000)}\n${good(1)}`,
  );
  const { fault } = await check({}, { secret: "the-secret-token" });
  expect(fault?.message).toContain("[redacted]");
  expect(fault?.message).not.toMatch(/[^\P{Cc}\n\t]|the-secret-token/u);
  expect(fault?.message.length).toBeLessThan(1000);
});

it("names what it cannot read", async () => {
  expect((await check()).fault).toMatchObject({ kind: "transient", code: "LOG_MISSING" });
  expect((await check({ path: folder })).fault).toMatchObject({ kind: "permanent", code: "NOT_A_FILE" });
  execFileSync("mkfifo", [log]);
  expect((await check()).fault).toMatchObject({ kind: "permanent", code: "NOT_A_FILE" });
  await rm(log);
  await writeFile(log, good(1));
  await chmod(log, 0);
  // Root reads everything.
  if (process.getuid?.() !== 0)
    expect((await check()).fault).toMatchObject({ kind: "permanent", code: "MISSING_PERMISSION" });
  expect((await check({}, { signal: AbortSignal.abort() })).fault).toMatchObject({ code: "CANCELLED" });
});

it("has Loki count, where no series means no match as long as there are lines", async () => {
  const answers: Record<string, string> = { matches: "[]", lines: '[{"metric":{},"value":[1,"12"]}]' };
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const query = new URL(request.url ?? "", "http://loki").searchParams.get("query") ?? "";
    const result = answers[query.includes("|~") ? "matches" : "lines"] ?? "[]";
    response.end(`{"status":"success","data":{"resultType":"vector","result":${result},"stats":{}}}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = () =>
    runStep({
      adapter: "log-check",
      operation: "verify",
      settings: {
        loki: { url: `http://${address}`, selector: '{app="shop"}', tenant: "shops" },
        pattern: 'a "quoted" \\d+',
        ignoreCase: true,
      },
      secrets: { token: "a-loki-token" },
      allow: [address],
      desired: { version: "2.3.0" },
    });
  expect((await ask()).evidence[0]?.detail).toBe("0 of 12 lines of the last 60 s match; at most 0 may.");
  expect(seen[0]?.headers).toMatchObject({ authorization: "Bearer a-loki-token", "x-scope-orgid": "shops" });
  expect(new URL(seen[0]?.url ?? "", "http://loki").searchParams.get("query")).toBe(
    'sum(count_over_time({app="shop"} |~ "(?i)a \\"quoted\\" \\\\d+" [60s]))',
  );
  answers["matches"] = '[{"metric":{},"value":[1,"3"]}]';
  expect((await ask()).fault).toMatchObject({ kind: "transient", code: "CHECK_FAILED" });
  answers["matches"] = answers["lines"] = "[]";
  expect((await ask()).fault).toMatchObject({ kind: "transient", code: "NO_DATA" });
  server.close();
});

const local = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");
const parts = (at: number) => {
  const [, day = "", month = "", year = "", time = ""] = new Date(at)
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return { day, month, year, time };
};
const commonTime = (at: number): string => {
  const { day, month, year, time } = parts(at);
  return `${day}/${month}/${year}:${time} +0000`;
};
const syslogTime = (at: number): string => {
  const { day, month, time } = parts(at);
  return `${month} ${day.replace(/^0/, " ")} ${time}`;
};
