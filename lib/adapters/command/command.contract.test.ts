import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isRunning } from "#e2e/contract/is-running.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepRequest, StepResult } from "#e2e/contract/run-step.ts";
import { command } from "#lib/adapters/command/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "command-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(
  script: string,
  settings: Record<string, unknown> = {},
  more: Partial<StepRequest> & { signal?: AbortSignal; arguments?: string[] } = {},
): Promise<StepResult> {
  const file = path.join(folder, "script.mjs");
  await writeFile(file, script);
  const { signal, arguments: words = [], ...request } = more;
  return runStep(
    {
      adapter: "command",
      operation: "verify",
      settings: { command: [process.execPath, file, ...words], workingFolder: folder, ...settings },
      desired: { version: "2.3.0" },
      ...request,
    },
    signal,
  );
}
const isGone = (pid: number) => expect(isRunning(pid)).toBe(false);

it("gives the program its arguments as they are, and an environment of what is declared", async () => {
  const words = ["$(touch owned)", "a b", "", "--flag=*", "`id`", "é"];
  const result = await run(
    "console.log(JSON.stringify([process.argv.slice(2), process.env, process.cwd()]))",
    { environment: { REGION: "eu" } },
    { arguments: words, secrets: { API_TOKEN: "a-real-secret" }, desired: { version: "2.3.0; touch owned" } },
  );
  const seen = JSON.parse(result.lines[0] ?? "") as unknown[];
  const environment = { REGION: "eu", LASTGOOD_VERSION: "2.3.0; touch owned", API_TOKEN: "[redacted]" };
  expect(seen).toEqual([words, environment, folder]);
  expect(await readdir(folder)).toEqual(["script.mjs"]);
});

it("takes exit status 0 for good, anything else for final, or for not yet where it may be repeated", async () => {
  expect((await run("console.log('fine')")).evidence).toMatchObject([{ ok: true }]);
  const failed = await run("console.error('three tests failed'); process.exitCode = 3");
  expect(failed.evidence).toMatchObject([{ ok: false }]);
  expect(failed.evidence[0]?.detail).toMatch(/^Exit status 3 .*three tests failed/s);
  const repeated = await run("process.exitCode = 3", { repeat: true });
  expect(repeated.fault).toMatchObject({ kind: "transient", code: "CHECK_FAILED" });
  expect((await run("process.kill(process.pid, 'SIGKILL')")).evidence).toMatchObject([{ ok: false }]);
});

it("writes the secret named stdin to standard input and nowhere else", async () => {
  const script = `let text = ""; for await (const chunk of process.stdin) text += chunk;
    console.log(text.length, JSON.stringify(process.env).includes("stdin"));`;
  const { evidence } = await run(script, {}, { secrets: { stdin: "eighteen character" } });
  expect(evidence[0]?.detail).toContain("18 false");
  const ignoring = await run("process.stdin.destroy()", {}, { secrets: { stdin: "long ".repeat(12_000) } });
  expect(ignoring.fault).toBeNull();
});

it("shows no secret that the program prints, in pieces, encoded, or cut by the end", async () => {
  const secret = "correct-horse/battery+staple";
  const script = `const s = process.env.PASSWORD;
    for (const c of s) { process.stdout.write(c); await new Promise((r) => setTimeout(r, 2)); }
    console.log("\\n" + Buffer.from("user:" + s).toString("base64"), Buffer.from(s).toString("hex"), encodeURIComponent(s));
    process.stdout.write(s.slice(0, 20));`;
  const text = JSON.stringify(await run(script, {}, { secrets: { PASSWORD: secret } }));
  expect(text.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(5);
  expect(text).not.toMatch(/correct-horse|battery|Y29ycmVjd|Jlay1ob3JzZS|636f72726563742d/i);
});

it("keeps 64 KiB of a long output, the beginning and the end", async () => {
  const script =
    "console.log('begin'); for (let i = 0; i < 20000; i++) console.log('x'.repeat(50)); console.log('end')";
  const { evidence, lines } = await run(script);
  const detail = evidence[0]?.detail ?? "";
  expect(detail.length).toBeLessThan(66_000);
  expect(detail).toMatch(/begin.*left out.*end/s);
  expect(lines.length).toBeLessThanOrEqual(500);
});

it("ends a program that writes without end", async () => {
  const { fault } = await run(
    "const b = Buffer.alloc(65536, 120); const w = () => { while (process.stdout.write(b)); process.stdout.once('drain', w); }; w();",
  );
  expect(fault).toMatchObject({ kind: "permanent", code: "TOO_MUCH_OUTPUT" });
});

it("stores whatever bytes the program writes as text that a database takes", async () => {
  const { evidence } = await run("process.stdout.write(Buffer.from([0, 1, 27, 91, 255, 254, 128, 65, 10]))");
  expect(evidence[0]?.ok).toBe(true);
  expect(evidence[0]?.detail).not.toMatch(/[^\P{Cc}\n\t]/u);
  expect(evidence[0]?.detail).toContain("A");
});

it("ends the whole process group when its time is over, also a program that ignores SIGTERM", async () => {
  const script = `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
    process.on("SIGTERM", () => {});
    const child = spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: "inherit" });
    writeFileSync("pids", process.pid + " " + child.pid); setInterval(() => {}, 1000);`;
  const { fault } = await run(script, { timeoutSeconds: 1 });
  expect(fault).toMatchObject({ kind: "transient", code: "TIMEOUT" });
  const pids = (await readFile(path.join(folder, "pids"), "utf8")).split(" ").map(Number);
  expect(pids).toHaveLength(2);
  await vi.waitFor(() => pids.forEach(isGone));
});

it("ends it when the step is stopped", async () => {
  const controller = new AbortController();
  const running = run(
    'import { writeFileSync } from "node:fs"; writeFileSync("pids", String(process.pid)); setInterval(() => {}, 1000);',
    {},
    { signal: controller.signal },
  );
  const pid = await vi.waitFor(async () => {
    const text = await readFile(path.join(folder, "pids"), "utf8");
    expect(text).not.toBe("");
    return Number(text);
  });
  controller.abort();
  expect((await running).fault).toMatchObject({ kind: "transient", code: "CANCELLED" });
  await vi.waitFor(() => isGone(pid));
});

it("does not wait for a process that the program left behind, and ends it", async () => {
  const script = `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
    writeFileSync("pids", String(child.pid)); process.exit(0);`;
  const began = performance.now();
  expect((await run(script)).fault).toBeNull();
  expect(performance.now() - began).toBeLessThan(5000);
  const pid = Number(await readFile(path.join(folder, "pids"), "utf8"));
  await vi.waitFor(() => isGone(pid));
});

it.each([
  ["a program that is not there", { command: ["/nowhere/at/all"] }],
  ["a folder as program", { command: ["/tmp"] }],
  ["a working folder that is not there", { workingFolder: "/nowhere/at/all" }],
])("says plainly that %s cannot be started", async (_what, settings) => {
  expect((await run("", settings)).fault).toMatchObject({ kind: "permanent", code: "CANNOT_START" });
});

it("refuses a secret under a name that would make programs load other code", async () => {
  const { fault } = await run("", {}, { secrets: { LD_PRELOAD: "/tmp/evil.so" } });
  expect(fault).toMatchObject({ kind: "permanent", code: "SECRET_REFUSED" });
});

it("never plans something that changes anything", () => {
  expect(command.operations.some(({ mutating }) => mutating)).toBe(false);
});
