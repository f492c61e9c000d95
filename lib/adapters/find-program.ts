import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import type { ToolFound } from "#lib/adapters/contract.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Absolute path of a program of the worker's machine: as it is set, or by its name on PATH; null: it is not there. */
export function findProgram(name: string, set?: string): string | null {
  if (set !== undefined) return isExecutable(set) ? set : null;
  const folders = [
    ...(process.env["PATH"] ?? "").split(path.delimiter),
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
  ];
  const candidates = folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

/** As `findProgram`; throws Fault `permanent` TOOL_MISSING where it is not there. */
export function needProgram(name: string, set?: string): string {
  const found = findProgram(name, set);
  if (found !== null) return found;
  throw new Fault("permanent", "TOOL_MISSING", missingSentence(name, set), "Nothing was changed.");
}

/** What `inspect` shows of a program: its path, and the first version number in what `args` have it print. */
export async function toolFound(
  name: string,
  set: string | undefined,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ToolFound> {
  const found = findProgram(name, set);
  if (found === null) return { name, missing: missingSentence(name, set) };
  const redact = Object.assign((text: string) => text, {
    stream: () => ({ write: (chunk: string) => chunk, end: () => "" }),
  });
  const end = await runProcess({
    command: [found, ...args],
    workingFolder: "/",
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" },
    input: undefined,
    timeoutMs: 15_000,
    signal,
    redact,
    log: () => undefined,
    endsGroup: true,
  });
  const version = /\d+(?:\.\d+)+[\w.+-]*/.exec(end.output)?.[0];
  if (end.exitCode !== 0 || version === undefined)
    return {
      name,
      missing: `${found} ${args.join(" ")} does not tell a version; see whether it works by hand.`,
    };
  return { name, path: found, version };
}

function missingSentence(name: string, set: string | undefined): string {
  return set === undefined
    ? `${name} is not on the PATH of the worker; install it, or name its path in the settings.`
    : `${set} is not there or may not be executed by the worker; correct the settings.`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not for us.
    return false;
  }
}
