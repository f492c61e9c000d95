import { spawn } from "node:child_process";
import { root } from "./root.ts";

export type Ended = { code: number; output: string };

/**
 * Runs a program of node_modules (or a script path) under this Node and keeps what it prints.
 * `show`: print it as it comes as well. `seconds`: killed after that long, code 124.
 */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { env?: Record<string, string>; show?: boolean; seconds?: number } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let isTimedOut = false;
    const timer = setTimeout(
      () => {
        isTimedOut = true;
        child.kill("SIGKILL");
      },
      (options.seconds ?? 15 * 60) * 1000,
    );
    const keep = (stream: NodeJS.WritableStream) => (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (options.show === true) stream.write(chunk);
    };
    child.stdout.on("data", keep(process.stdout));
    child.stderr.on("data", keep(process.stderr));
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: isTimedOut ? 124 : (code ?? 1), output });
    });
  });
}
