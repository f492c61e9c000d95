import { accessSync, constants } from "node:fs";
import path from "node:path";
import type { ToolFound } from "#lib/adapters/contract.ts";
import { toolFault } from "#lib/adapters/postgresql/faults.ts";
import type { Context } from "#lib/adapters/postgresql/server.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Tool = "pg_dump" | "pg_restore" | "pg_ctl" | "pg_verifybackup";

export type ToolRun = {
  arguments: readonly string[];
  environment: Readonly<Record<string, string>>;
  seconds: number;
  /** User that runs it, where that is not the worker's own. */
  runAs?: string | undefined;
  /** Lines that are shown live; they are not, for what only looks. */
  isShown?: boolean;
  workingFolder?: string;
};

/** Absolute path of a program of PostgreSQL. `major`: the server's version, whose own tools come first. Throws Fault. */
export function toolPath(ctx: Context, tool: Tool, major: number | null): string {
  const found = candidates(ctx, tool, major).find(isProgram);
  if (found !== undefined) return found;
  throw new Fault(
    "permanent",
    "TOOL_MISSING",
    missingSentence(ctx, tool, major),
    "Install PostgreSQL's client tools on the worker's machine, or set toolFolder.",
  );
}

/** Runs a program to its end; anything but exit code 0 is a Fault. Answers its output, redacted, 64 KiB at most. */
export async function runTool(ctx: Context, program: string, run: ToolRun): Promise<string> {
  const end = await runAny(ctx, program, run);
  const name = path.basename(program);
  if (end.how === "exited" && end.exitCode === 0) return end.output;
  if (end.how === "exited") throw toolFault(name, end.output);
  const why = {
    timeout: `was stopped at its limit of ${run.seconds} s`,
    cancelled: "was stopped",
    too_much_output: "was stopped: it wrote more than 16 MiB of messages",
  }[end.how];
  throw new Fault(
    end.how === "too_much_output" ? "permanent" : "transient",
    end.how === "timeout" ? "TOOL_HUNG" : end.how === "cancelled" ? "CANCELLED" : "TOO_MUCH_OUTPUT",
    `${name} ${why}. ${end.output.trim().slice(-300)}`,
    "See in pg_stat_activity what it waited for. What it began is removed when it is tried again.",
  );
}

export function runAny(ctx: Context, program: string, run: ToolRun): ReturnType<typeof runProcess> {
  const command = [program, ...run.arguments];
  return runProcess({
    command: run.runAs === undefined ? command : ["/usr/sbin/runuser", "-u", run.runAs, "--", ...command],
    workingFolder: run.workingFolder ?? "/",
    environment: run.environment,
    input: undefined,
    timeoutMs: run.seconds * 1000,
    signal: ctx.signal,
    redact: ctx.redact,
    log: run.isShown === true ? ctx.log : () => undefined,
    endsGroup: false,
  });
}

/** Path and version of a program, or what to do. `server`: major version that it must not be older than. */
export async function findTool(ctx: Context, tool: Tool, server: number | null): Promise<ToolFound> {
  const program = candidates(ctx, tool, server).find(isProgram);
  if (program === undefined) return { name: tool, missing: missingSentence(ctx, tool, server) };
  const { output } = await runAny(ctx, program, {
    arguments: ["--version"],
    environment: { PATH: "/usr/bin:/bin" },
    seconds: 10,
  });
  const version = /\b(\d+(?:\.\d+)?)/.exec(output)?.[1] ?? "";
  if (server !== null && Number.parseInt(version, 10) < server)
    return {
      name: tool,
      missing: `${program} is version ${version || "unknown"}, older than the server's ${server}: install postgresql-client-${server}.`,
    };
  return { name: tool, path: program, version };
}

function candidates(ctx: Context, tool: Tool, major: number | null): string[] {
  const { toolFolder } = ctx.settings;
  if (toolFolder !== undefined) return [path.join(toolFolder, tool)];
  const own = major === null ? [] : [`/usr/lib/postgresql/${major}/bin`, `/usr/pgsql-${major}/bin`];
  const folders = [...own, ...(process.env["PATH"] ?? "").split(path.delimiter)];
  return folders.filter((folder) => path.isAbsolute(folder)).map((folder) => path.join(folder, tool));
}

function missingSentence(ctx: Context, tool: Tool, major: number | null): string {
  const { toolFolder } = ctx.settings;
  const where = toolFolder === undefined ? "on the worker's PATH" : `in ${toolFolder}`;
  return `There is no ${tool} ${where}: install postgresql-client${major === null ? "" : `-${major}`}.`;
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next folder may have it.
    return false;
  }
}
