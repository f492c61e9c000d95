import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { processIdentity } from "#lib/platform/process-identity.ts";
import { forgetProcess, noteProcess } from "#lib/processes/up-data-folder.ts";
import { openLog } from "#lib/processes/up-log-file.ts";

type Settings = {
  name: string;
  dataFolder: string;
  args: readonly string[];
  environment: Record<string, string | undefined>;
  /** Told of every end that was not asked for, with what comes next. */
  onUnexpectedEnd: (sentence: string) => void;
};

const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** After running this long, an end counts as the first again. */
const settledMs = 30_000;

/** One process of the product, started again whenever it ends without being asked to. */
export class UpChild {
  readonly #settings: Settings;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = firstPauseMs;
  #isStopping = false;
  #ends = 0;
  #isReady = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get name(): string {
    return this.#settings.name;
  }

  /** How often it ended by itself. */
  get ends(): number {
    return this.#ends;
  }

  /** Whether it has said so, since its last start. */
  get isReady(): boolean {
    return this.#isReady;
  }

  start(): void {
    const { name, dataFolder, args, environment } = this.#settings;
    const log = openLog(dataFolder, name);
    const startedAt = Date.now();
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...environment },
      // Its own group: Ctrl-C reaches this process alone, which then stops the others in order. The channel tells
      // the child when this process is gone, however it went.
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
    });
    fs.closeSync(log);
    this.#child = child;
    const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
    if (identity !== undefined) noteProcess(dataFolder, name, identity);
    child.on("message", (message) => {
      if (message === "ready") this.#isReady = true;
    });
    child.once("error", (error) => this.#ended(child, error.message, startedAt));
    child.once("exit", (code, signal) =>
      this.#ended(child, signal ?? `exit code ${code ?? "unknown"}`, startedAt),
    );
  }

  /** Asks it to end, and insists after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  }

  #ended(child: ChildProcess, how: string, startedAt: number): void {
    if (this.#child !== child) return;
    const { name, dataFolder, onUnexpectedEnd } = this.#settings;
    this.#child = undefined;
    this.#isReady = false;
    forgetProcess(dataFolder, name);
    if (this.#isStopping) return;
    this.#ends++;
    if (Date.now() - startedAt > settledMs) this.#pauseMs = firstPauseMs;
    onUnexpectedEnd(`${name} ended (${how}) and is started again.`);
    this.#timer = setTimeout(() => this.start(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }
}
