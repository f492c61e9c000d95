import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as delay } from "node:timers/promises";
import { CappedText } from "#lib/adapters/capped-text.ts";
import type { Redact } from "#lib/adapters/contract.ts";
import { printable } from "#lib/adapters/evidence.ts";
import { Fault } from "#lib/domain/errors.ts";

export type ProcessEnd = {
  how: "exited" | "timeout" | "cancelled" | "too_much_output";
  exitCode: number | null;
  /** Standard output and error together, redacted, at most 64 KiB: the beginning and the end. */
  output: string;
  /** Standard output, whole and not redacted, where it was asked for; otherwise empty. */
  stdout: Buffer;
  milliseconds: number;
};

export type ProcessRequest = {
  /** Absolute path of the program, then its arguments. No shell is involved. */
  command: readonly string[];
  workingFolder: string;
  /** All that the program's environment holds. */
  environment: Readonly<Record<string, string>>;
  input: string | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  redact: Redact;
  log: (line: string) => void;
  /** Whether processes that the program left behind are ended with it. */
  endsGroup: boolean;
  /** Keeps standard output whole, for parsing, in place of showing it; `output` then holds standard error alone. */
  keepsStdout?: boolean;
};

const graceMs = 2000;
const mostBytes = 16 * 1024 * 1024;
const loggedLines = 500;

/**
 * Runs a program as a process group of its own, until it exits. On a timeout, on `signal` and on more than 16 MiB of
 * output the whole group gets SIGTERM, and SIGKILL two seconds later. Throws Fault when it never ran: `permanent`
 * CANNOT_START, `transient` CANCELLED.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  const [program = ""] = request.command;
  if (request.signal.aborted)
    throw new Fault("transient", "CANCELLED", `${program} was not started.`, "Nothing was changed.");
  refuseMissingFolder(request.workingFolder);
  const began = performance.now();
  const child = start(request);
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(cannotStart(program, error)));
    child.once("exit", resolve);
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const kill = (signal: "SIGTERM" | "SIGKILL"): void => {
    if (child.pid !== undefined) signalGroup(child.pid, signal);
  };
  const end: { how: ProcessEnd["how"]; killTimer?: NodeJS.Timeout } = { how: "exited" };
  const stop = (why: ProcessEnd["how"]): void => {
    if (end.how !== "exited") return;
    end.how = why;
    kill("SIGTERM");
    end.killTimer = setTimeout(() => kill("SIGKILL"), graceMs);
  };
  const cancel = (): void => stop("cancelled");
  request.signal.addEventListener("abort", cancel, { once: true });
  const timer = setTimeout(() => stop("timeout"), request.timeoutMs);

  const text = new CappedText();
  let bytes = 0;
  const kept: Buffer[] = [];
  const finish = [child.stdout, child.stderr].map((stream) => {
    const isKept = stream === child.stdout && request.keepsStdout === true;
    const decoder = new StringDecoder("utf8");
    const redacting = request.redact.stream();
    const lines = lineLogger(request.log);
    const show = (shown: string): void => {
      const clean = printable(shown);
      text.add(clean);
      lines(clean);
    };
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) stop("too_much_output");
      else if (isKept) kept.push(chunk);
      else show(redacting.write(decoder.write(chunk)));
    });
    return () => {
      show(redacting.write(decoder.end()) + redacting.end());
      lines("\n");
    };
  });
  // A program that does not read its input is no fault.
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(request.input ?? "");

  try {
    const exitCode = await exit;
    if (request.endsGroup || end.how !== "exited") kill("SIGKILL");
    // Whoever was left behind may hold the pipes open for ever.
    await Promise.race([closed, delay(500)]);
    for (const flush of finish) flush();
    return {
      how: end.how,
      exitCode,
      output: text.toString(),
      stdout: Buffer.concat(kept),
      milliseconds: Math.round(performance.now() - began),
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(end.killTimer);
    request.signal.removeEventListener("abort", cancel);
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  }
}

function start({ command, workingFolder, environment }: ProcessRequest): ChildProcessWithoutNullStreams {
  const [program = "", ...rest] = command;
  try {
    return spawn(program, rest, {
      cwd: workingFolder,
      // Next declares NODE_ENV as always present; a check gets what it is given and nothing else.
      env: { ...environment } as NodeJS.ProcessEnv,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
  } catch (error) {
    // An argument or a variable with NUL in it, or more of them than the system takes.
    throw cannotStart(program, error instanceof Error ? error : new Error(String(error)));
  }
}

function signalGroup(leader: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function lineLogger(log: (line: string) => void): (text: string) => void {
  let rest = "";
  let count = 0;
  return (text) => {
    if (count >= loggedLines) return;
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-4000);
    for (const line of lines) {
      if (line === "") continue;
      count += 1;
      if (count < loggedLines) log(line.slice(0, 2000).toWellFormed());
      else if (count === loggedLines) log("… (more output is not shown live)");
    }
  };
}

function refuseMissingFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new Fault(
    "permanent",
    "CANNOT_START",
    `The working folder ${folder} is not there.`,
    "Correct the settings of the target, or create the folder on the worker's machine.",
  );
}

function cannotStart(program: string, error: Error): Fault {
  const code = "code" in error ? String(error.code) : error.name;
  return new Fault(
    "permanent",
    "CANNOT_START",
    `${program} cannot be started (${code}); it did not run.`,
    "Check that the file is there on the worker's machine and may be executed by the worker's user.",
  );
}
