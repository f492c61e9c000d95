import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { StepRequest, StepResult } from "#e2e/contract/run-step.ts";

const script = path.resolve(import.meta.dirname, "step-process.ts");
/** Every process of the suites reads the same modules: they are compiled once. */
const compiled = path.resolve(import.meta.dirname, "../../node_modules/.cache/step-process");

/** Runs one step in a process of its own, which can be killed. */
export function freshProcess(request: StepRequest): {
  result: Promise<StepResult>;
  kill: () => Promise<void>;
} {
  const child = spawn(process.execPath, [script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  const exited = once(child, "exit");
  const result = text(child.stdout).then((output) => JSON.parse(output) as StepResult);
  // Of a process that was killed nobody awaits the result.
  result.catch(() => undefined);
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(JSON.stringify(request));
  return {
    result,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
