import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/**
 * Runs a program to its end. What it prints is shown only when it fails.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env added to this process's own; undefined removes a variable
 * @param {{ failure: string, hide?: RegExp }} words `hide`: lines that only confuse
 * @returns {Promise<void>}
 */
export function runQuietly(file, args, env, { failure, hide }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = () => child.kill();
    process.once("exit", stop);
    let text = "";
    const keep = (/** @type {Buffer} */ chunk) => {
      text = (text + chunk.toString("utf8")).slice(-20_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => reject(new Error(`${failure} ${error.message}`)));
    child.on("close", (code, signal) => {
      process.off("exit", stop);
      if (code === 0) return resolve();
      const lines = text.split("\n").filter((line) => line.trim() !== "" && !hide?.test(line));
      reject(new Error(`${failure} (${signal ?? `exit code ${code}`})\n${lines.slice(-40).join("\n")}`));
    });
  });
}
