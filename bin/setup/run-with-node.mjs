import { spawn } from "node:child_process";
import fs from "node:fs";
import { constants } from "node:os";
import { inRoot, node, root } from "./paths.mjs";

/** @type {NodeJS.Signals[]} */
const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"];

/** `up` only watches over the others: it needs less than V8 would take. */
const flagsOf = (/** @type {string[]} */ args) =>
  args[0] === "up" ? ["--max-semi-space-size=1", "--v8-pool-size=1"] : [];

/**
 * Hands over to Node 24: same input, output, signals and exit code.
 *
 * @param {string} file relative to the root
 * @param {string[]} args
 * @param {{ production: boolean, stopsWithParent: boolean }} options `stopsWithParent`: when npm is killed, stop too
 * @returns {Promise<number>} the exit code
 */
export async function runWithNode(file, args, { production, stopsWithParent }) {
  const child = spawn(node, [...flagsOf(args), inRoot(file), ...args], {
    cwd: file.startsWith("lib/cli/") ? process.cwd() : root,
    env: {
      ...process.env,
      ...(production ? { NODE_ENV: "production" } : {}),
      PATH: `${inRoot("node_modules", ".bin")}:${process.env["PATH"] ?? ""}`,
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? inRoot("node_modules", ".cache", "compiled"),
      NEXT_TELEMETRY_DISABLED: "1",
    },
    // The channel tells the child when this process is gone, however it went.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of forwarded) process.on(signal, forward);
  if (stopsWithParent && process.env["npm_lifecycle_event"] !== undefined) {
    const atFirst = elders();
    const timer = setInterval(() => {
      if (elders() === atFirst) return;
      clearInterval(timer);
      child.kill("SIGTERM");
    }, 500).unref();
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      for (const name of forwarded) process.off(name, forward);
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}

/** npm starts us through a shell: either of them may be killed. The orphan of a killed one gets another parent. */
function elders() {
  const parent = process.ppid;
  const status = `/proc/${parent}/status`;
  const grandparent = fs.existsSync(status)
    ? /^PPid:\s*(\d+)/m.exec(fs.readFileSync(status, "utf8"))?.[1]
    : "";
  return `${parent} ${grandparent}`;
}
