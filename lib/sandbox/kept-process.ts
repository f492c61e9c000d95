import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { processIdentity } from "#lib/platform/process-identity.ts";
import { writeFileAtomically } from "./atomic-file.ts";

export type KeptProcessOptions = {
  role: string;
  script: string;
  dataDir: string;
  environment: Record<string, string | undefined>;
};

const logLimitBytes = 1_024 * 1_024;
const nodeFlags = ["--max-old-space-size=64", "--max-semi-space-size=1", "--v8-pool-size=1"];

/** Holds who runs a role: its process id, and when it started. */
export const processFile = (dataDir: string, role: string): string =>
  join(dataDir, "processes", `${role}.json`);

/** A child that is started again whenever it ends: after 0.2 s, or up to 5 s when it keeps ending at once. */
export class KeptProcess {
  readonly #options: KeptProcessOptions;
  #child: ChildProcess | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;
  #quickEnds = 0;

  constructor(options: KeptProcessOptions) {
    this.#options = options;
  }

  start(): void {
    const { role, script, dataDir, environment } = this.#options;
    const startedAt = Date.now();
    const log = this.#openLog();
    const child = spawn(process.execPath, [...nodeFlags, script, role, dataDir], {
      env: environment as NodeJS.ProcessEnv,
      stdio: ["pipe", log, log],
    });
    closeSync(log);
    this.#child = child;
    child.once("spawn", () => {
      const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
      if (identity) writeFileAtomically(processFile(dataDir, role), JSON.stringify(identity));
    });
    child.once("error", (error) => console.error(`${role} could not be started: ${error.message}`));
    // Its pipe breaks when it dies; the exit is what counts.
    child.stdin?.once("error", () => undefined);
    child.once("close", (code, signal) => {
      rmSync(processFile(dataDir, role), { force: true });
      if (this.#stopped) return;
      this.#quickEnds = Date.now() - startedAt < 10_000 ? this.#quickEnds + 1 : 0;
      const delay = Math.min(5_000, 200 * 2 ** this.#quickEnds);
      console.log(`${role} ended (${signal ?? `status ${code ?? 0}`}), starting it again in ${delay} ms`);
      this.#retry = setTimeout(() => this.start(), delay);
    });
  }

  /** Ends it: politely, then after 2 s by force. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill("SIGKILL"), 2_000);
      child.once("close", () => {
        clearTimeout(force);
        resolve();
      });
      child.kill("SIGTERM");
    });
  }

  #openLog(): number {
    const directory = join(this.#options.dataDir, "logs");
    mkdirSync(directory, { recursive: true });
    const path = join(directory, `${this.#options.role}.log`);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return openSync(path, size > logLimitBytes ? "w" : "a", 0o600);
  }
}
