import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { freshProcess } from "#e2e/contract/fresh-process.ts";
import { isRunning } from "#e2e/contract/is-running.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepRequest } from "#e2e/contract/run-step.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import { envFile } from "#lib/adapters/env-file/index.ts";
import { Restore } from "#lib/adapters/env-file/schema.ts";

const oldText = "MODEL=medium\nPASSWORD=old-and-hidden\n";
const newText = "MODEL=large\nPASSWORD=new-and-hidden\nEXTRA=1\n";
let folder: string;
let file: string;
let backup: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "env-file-")));
  file = path.join(folder, "app.env");
  backup = path.join(folder, "app.env.2.3.0");
  await writeFile(file, newText);
  await writeFile(backup, oldText);
  // A newer backup, which nobody asked for.
  await writeFile(path.join(folder, "app.env.2.9.9"), "MODEL=wrong\n");
});
afterEach(() => rm(folder, { recursive: true }));

const settings = (extra: Record<string, unknown> = {}) => ({ path: file, plainKeys: ["MODEL"], ...extra });
async function plan(operation: string, extra: Record<string, unknown> = {}, request = planRequest()) {
  const parsed = envFile.settings.parse(settings(extra));
  const { ctx } = adapterContext({ settings: parsed });
  const found = envFile.operations.find(({ id }) => id === operation);
  return plansOf((await found?.plan({ ...ctx, settings: parsed }, request)) ?? null)[0];
}
async function step(operation: string, extra: Record<string, unknown> = {}, more: Partial<StepRequest> = {}) {
  const planned = await plan(operation, extra);
  const desired: unknown = planned?.desired;
  return { adapter: "env-file", operation, settings: settings(extra), desired, ...more };
}
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const present = (): Promise<string> => readFile(file, "utf8");

describe("restoring", () => {
  it("plans the revision that the deployment names, with the keys and no hidden value", async () => {
    const planned = await plan("restore");
    expect(planned?.title).toBe(
      "Restore app.env to 2.3.0. changed: MODEL (large → medium), PASSWORD; removed: EXTRA",
    );
    expect(planned?.desired).toMatchObject({ revision: "2.3.0", backup, sha256: hashOf(oldText) });
    expect(planned?.notReverted).toHaveLength(1);
    expect(JSON.stringify(planned)).not.toContain("hidden");
  });

  it("puts the named file in place, keeps mode and owner, and keeps what was there", async () => {
    await chmod(file, 0o640);
    if (process.getuid?.() === 0) await chown(file, 12_345, 23_456);
    const before = await stat(file);
    const result = await runStep(await step("restore"));
    expect(result).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await present()).toBe(oldText);
    const after = await stat(file);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    const kept = `${file}.before-${hashOf(newText).slice(0, 12)}`;
    expect(await readFile(kept, "utf8")).toBe(newText);
    expect((await stat(kept)).mode).toBe(before.mode);
    expect((await readdir(folder)).filter((name) => name.includes("draft"))).toEqual([]);
    expect(JSON.stringify(result)).not.toContain("hidden");
  });

  it("does by hand what the command says", async () => {
    const planned = await plan("restore");
    const desired = Restore.parse(planned?.desired);
    await chmod(file, 0o640);
    const restore = envFile.operations.find(({ id }) => id === "restore");
    execFileSync("/bin/sh", ["-c", restore?.command(envFile.settings.parse(settings()), desired) ?? "false"]);
    expect(await present()).toBe(oldText);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await runStep(await step("restore"))).toMatchObject({ fault: null, receipt: null });
  });

  it("shows whole files only, however often its process is killed", async () => {
    const big = (word: string) =>
      `${Array.from({ length: 40_000 }, (_, index) => `K${index}=${word}`).join("\n")}\n`;
    await writeFile(file, big("new"));
    await writeFile(backup, big("old"));
    const request = await step("restore");
    for (const wait of [60, 80, 100, 120, 140, 160, 200]) {
      await writeFile(file, big("new"));
      const one = freshProcess(request);
      await new Promise((resolve) => setTimeout(resolve, wait));
      await one.kill();
      expect([hashOf(big("new")), hashOf(big("old"))]).toContain(hashOf(await present()));
    }
    expect(await freshProcess(request).result).toMatchObject({ fault: null });
    expect(await present()).toBe(big("old"));
    expect((await readdir(folder)).filter((name) => name.includes("draft"))).toEqual([]);
  });

  it("creates the file where it is gone", async () => {
    await rm(file);
    expect(await runStep(await step("restore"))).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(await present()).toBe(oldText);
  });

  it("refuses a stored file that is not what was signed", async () => {
    const request = await step("restore");
    await writeFile(backup, "MODEL=evil\n");
    expect((await runStep(request)).fault).toMatchObject({ kind: "permanent", code: "BACKUP_CHANGED" });
    const confirm = await runStep({ ...request, operation: "confirm" });
    expect(confirm.evidence[0]).toMatchObject({ ok: false });
    expect(await present()).toBe(newText);
  });

  it("names what is missing: the revision, the stored file", async () => {
    await expect(plan("restore", {}, planRequest({ revision: null }))).rejects.toMatchObject({
      code: "NO_REVISION",
    });
    await expect(plan("restore", {}, planRequest({ revision: "1.0.0" }))).rejects.toMatchObject({
      code: "BACKUP_MISSING",
    });
    for (const revision of ["../app", "a/b", "-x", "a b", "..", "$(x)"])
      await expect(plan("restore", {}, planRequest({ revision }))).rejects.toMatchObject({
        code: "INVALID_REVISION",
      });
  });

  it("finds stored files by map, folder and pattern", async () => {
    const other = path.join(folder, "store");
    await mkdir(other);
    await writeFile(path.join(other, "conf-2.3.0"), oldText);
    const inFolder = { backupDir: other, backupName: "conf-{revision}" };
    expect((await plan("restore", inFolder))?.desired).toMatchObject({
      backup: path.join(other, "conf-2.3.0"),
    });
    const byMap = { backups: { "2.3.0": path.join(other, "conf-2.3.0") } };
    expect((await plan("restore", byMap))?.desired).toMatchObject({ backup: path.join(other, "conf-2.3.0") });
    await runStep(await step("restore", inFolder));
    expect(await readdir(other)).toContain(`app.env.before-${hashOf(newText).slice(0, 12)}`);
  });

  it("follows no symbolic link, to the file, to its folder, or to the stored file", async () => {
    const request = await step("restore");
    await rm(file);
    await writeFile(path.join(folder, "elsewhere"), newText);
    await symlink(path.join(folder, "elsewhere"), file);
    expect((await runStep(request)).fault).toMatchObject({ kind: "permanent", code: "SYMBOLIC_LINK" });
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    await symlink(folder, path.join(folder, "loop"));
    const through = { path: path.join(folder, "loop", "app.env") };
    await expect(plan("restore", through)).rejects.toMatchObject({ code: "SYMBOLIC_LINK" });
    await rm(backup);
    await symlink("/etc/hostname", backup);
    await expect(plan("restore")).rejects.toMatchObject({ code: "SYMBOLIC_LINK" });
    expect(await readFile(path.join(folder, "elsewhere"), "utf8")).toBe(newText);
  });

  it("refuses what is no file of a sensible size", async () => {
    await expect(plan("restore", { path: folder, backups: { "2.3.0": backup } })).rejects.toMatchObject({
      code: "NOT_A_FILE",
    });
    await writeFile(backup, Buffer.alloc(1024 * 1024 + 1));
    await expect(plan("restore")).rejects.toMatchObject({ code: "FILE_TOO_LARGE" });
  });

  it("says so when the disk is full, and changes nothing", async (context) => {
    const full = path.join(folder, "full");
    await mkdir(full);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", full], { stdio: "ignore" });
    } catch {
      context.skip("no right to mount a small disk here");
    }
    try {
      const there = { path: path.join(full, "app.env"), backups: { "2.3.0": backup } };
      await writeFile(there.path, newText);
      await writeFile(backup, Buffer.alloc(200_000, "A"));
      const request = await step("restore", there);
      expect((await runStep(request)).fault).toMatchObject({ kind: "permanent", code: "DISK_FULL" });
      expect(await readFile(there.path, "utf8")).toBe(newText);
      expect((await readdir(full)).filter((name) => name.includes("draft"))).toEqual([]);
    } finally {
      execFileSync("umount", [full]);
    }
  });
});

describe("the restart hook", () => {
  let hook: string;
  let log: string;
  const write = async (script: string): Promise<void> => {
    await writeFile(hook, `#!/bin/sh\n${script}\n`);
    await chmod(hook, 0o755);
  };
  beforeEach(async () => {
    hook = path.join(folder, "hook.sh");
    log = path.join(folder, "hook.log");
    await write(`echo "$# $1" >> ${log}; env >> ${log}`);
  });
  const runs = async () =>
    (await readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => /^\d/.test(line));
  const planBoth = async (extra: Record<string, unknown>) => {
    const requests = { restore: await step("restore", extra), restart: await step("restart", extra) };
    await runStep(requests.restore);
    return requests.restart;
  };

  it("runs once for one rollback, with its arguments as they are and an empty environment", async () => {
    const request = await planBoth({ restartHook: [hook, "a b; $(touch owned)"] });
    expect(await runStep(request)).toMatchObject({
      fault: null,
      receipt: { changed: true },
      evidence: [{ ok: true }],
    });
    expect(await runStep(request)).toMatchObject({ fault: null, receipt: null });
    expect(await runs()).toEqual(["1 a b; $(touch owned)"]);
    expect(await readFile(log, "utf8")).not.toMatch(/^(HOME|PATH|USER|NODE\w*)=(?!\/usr\/local\/sbin)/m);
    const another = { ...request, desired: { ...(request.desired as object), rollback: "rb_later" } };
    expect(await runStep(another)).toMatchObject({ receipt: { changed: true } });
    expect(await runs()).toHaveLength(2);
  });

  it("is not planned where there is none, or nothing changes", async () => {
    expect(await plan("restart")).toBeUndefined();
    await writeFile(file, oldText);
    expect(await plan("restart", { restartHook: [hook] })).toBeUndefined();
  });

  it("is not run for a file that is not in place", async () => {
    const request = await step("restart", { restartHook: [hook] });
    expect((await runStep(request)).fault).toMatchObject({ kind: "permanent", code: "FILE_DIFFERS" });
    expect(await runs()).toEqual([]);
  });

  it("that fails says what it said, and may be retried", async () => {
    await write("echo broken pipe of the boiler >&2; exit 3");
    const request = await planBoth({ restartHook: [hook] });
    const { fault } = await runStep(request);
    expect(fault).toMatchObject({ kind: "permanent", code: "RESTART_FAILED" });
    expect(fault?.message).toContain("exited with 3. It said: broken pipe of the boiler");
    await write(`echo "0" >> ${log}`);
    expect(await runStep(request)).toMatchObject({ fault: null, receipt: { changed: true } });
  });

  it("that cannot be started has not run", async () => {
    const request = await planBoth({ restartHook: [path.join(folder, "nowhere")] });
    expect((await runStep(request)).fault).toMatchObject({ kind: "permanent", code: "CANNOT_START" });
    expect((await runStep(request)).fault).toMatchObject({ kind: "permanent", code: "CANNOT_START" });
  });

  it("that hangs is ended with all it started, and its outcome is unknown", async () => {
    await write(`echo "0" >> ${log}; sleep 30 & echo $! > ${log}.pid; wait`);
    const request = await planBoth({ restartHook: [hook], restartHookSeconds: 1 });
    expect((await runStep(request)).fault).toMatchObject({ kind: "unknown", code: "RESTART_STOPPED" });
    const pid = Number(await readFile(`${log}.pid`, "utf8"));
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
  });

  it("whose worker was killed meanwhile is not run again, unless it is declared harmless", async () => {
    await write(`echo "0" >> ${log}; sleep 1`);
    const extra = { restartHook: [hook] };
    const request = await planBoth(extra);
    const first = freshProcess(request);
    await vi.waitFor(async () => expect(await runs()).toHaveLength(1), { timeout: 10_000 });
    await first.kill();
    const second = await freshProcess({ ...request, previous: "unknown" }).result;
    expect(second.fault).toMatchObject({ kind: "unknown", code: "RESTART_UNCERTAIN" });
    expect(await runs()).toHaveLength(1);
    const harmless = { ...request, settings: settings({ ...extra, restartHookIdempotent: true }) };
    expect(await runStep({ ...harmless, previous: "unknown" })).toMatchObject({
      fault: null,
      receipt: { changed: true },
    });
    expect(await runs()).toHaveLength(2);
  });

  it("whose worker was killed before it began is run", async () => {
    const request = await planBoth({ restartHook: [hook] });
    expect(await runStep({ ...request, previous: "unknown" })).toMatchObject({
      fault: null,
      receipt: { changed: true },
    });
    expect(await runs()).toHaveLength(1);
  });
});
