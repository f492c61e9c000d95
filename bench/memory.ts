import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { npmStart, remove, root } from "./installation.ts";

/*
 * What `npm start` needs with everything on one machine: all processes from npm down, PostgreSQL and the sandbox with
 * its customers included, a minute after the first page. PSS shares out what processes have in common; RSS counts it
 * in each of them.
 */
const aimMb = 900;
const settleMs = Number(process.argv[2] ?? "60") * 1000;

type Process = { pid: number; parent: number; command: string };

function processes(): Process[] {
  return fs.readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const status = Number.isInteger(pid) ? read(`/proc/${name}/status`) : "";
    const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1];
    return parent === undefined
      ? []
      : [{ pid, parent: Number(parent), command: read(`/proc/${name}/cmdline`).replaceAll("\0", " ") }];
  });
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code)))
      return "";
    throw error;
  }
}

/** npm and everything below it, and PostgreSQL, which is nobody's child. */
function family(npm: number, dataFolder: string): Process[] {
  const all = processes();
  const isFirst = (one: Process): boolean => one.pid === npm || one.command.includes(` -D ${dataFolder}/`);
  const members = new Map(all.filter(isFirst).map((one) => [one.pid, one]));
  for (let size = 0; size !== members.size;) {
    size = members.size;
    for (const one of all) if (members.has(one.parent)) members.set(one.pid, one);
  }
  return [...members.values()];
}

const megabytes = (pid: number, what: "Pss" | "Rss"): number =>
  Number(new RegExp(`^${what}:\\s+(\\d+)`, "m").exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;

/** What the process is, for the line that a person reads. */
function nameOf({ command }: Process): string {
  if (/postgres/.test(command)) return "PostgreSQL";
  return /(?:main\.ts|child\.ts) ?(\w+)?/.exec(command)?.[1] ?? (/sandbox/.test(command) ? "sandbox" : "npm");
}

if (!fs.existsSync("/proc/self/smaps_rollup")) {
  console.log("memory: not measured, because this system does not tell it (it takes Linux)");
  process.exit(0);
}
const place = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-bench-memory-"));
// As root, the account that runs PostgreSQL has to pass through.
fs.chmodSync(place, 0o711);
const dataFolder = path.join(place, "data");
const started = await npmStart(root, dataFolder);
try {
  for (const page of ["/sign-in", "/readyz", "/api/v1/status", "/api/v1/openapi.json", "/metrics"])
    await (await fetch(started.url + page)).text();
  await pause(settleMs);
  const sums = new Map<string, { pss: number; rss: number }>();
  const total = { pss: 0, rss: 0 };
  for (const one of family(started.npm.pid ?? 0, dataFolder)) {
    const sum = sums.get(nameOf(one)) ?? { pss: 0, rss: 0 };
    const [pss, rss] = [megabytes(one.pid, "Pss"), megabytes(one.pid, "Rss")];
    sums.set(nameOf(one), { pss: sum.pss + pss, rss: sum.rss + rss });
    total.pss += pss;
    total.rss += rss;
  }
  for (const [name, { pss, rss }] of [...sums].toSorted(([, a], [, b]) => b.pss - a.pss))
    console.log(
      `  ${name.padEnd(12)} ${pss.toFixed(0).padStart(4)} MB PSS ${rss.toFixed(0).padStart(5)} MB RSS`,
    );
  const [pss, rss] = [total.pss.toFixed(0), total.rss.toFixed(0)];
  console.log(`memory of all processes: ${pss} MB PSS (aim ≤ ${aimMb} MB), ${rss} MB as the sum of RSS`);
} finally {
  await started.stop();
  remove(place);
}
process.exit(0);
