import { needProgram } from "#lib/adapters/find-program.ts";
import { sessionName } from "#lib/adapters/migrations/database.ts";
import type { Context } from "#lib/adapters/migrations/database.ts";
import type { Settings } from "#lib/adapters/migrations/schema.ts";
import { runProcess } from "#lib/adapters/run-process.ts";
import type { ProcessEnd } from "#lib/adapters/run-process.ts";

type Run = {
  environment: Record<string, string>;
  args: readonly string[];
  timeoutSeconds: number;
  input?: string;
  keepsStdout?: boolean;
  isQuiet?: boolean;
};

/** The Python that has Alembic. Throws Fault `permanent` TOOL_MISSING. */
export const pythonOf = (settings: Settings): string => needProgram("python3", settings.python);
export const dotnetOf = (settings: Settings): string => needProgram("dotnet", settings.dotnet);

/** Runs the tool in the working folder, with what every tool gets. Throws Fault when it cannot be started. */
export function runTool(ctx: Context, program: string, run: Run): Promise<ProcessEnd> {
  const { settings } = ctx;
  return runProcess({
    command: [program, ...run.args],
    workingFolder: settings.workingFolder,
    environment: {
      PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
      HOME: process.env["HOME"] ?? "/",
      LC_ALL: "C.UTF-8",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONUNBUFFERED: "1",
      DOTNET_CLI_TELEMETRY_OPTOUT: "1",
      DOTNET_NOLOGO: "1",
      PGAPPNAME: sessionName(ctx),
      PGCONNECT_TIMEOUT: "10",
      PGOPTIONS: `-c lock_timeout=${Math.round(settings.lockSeconds * 1000)}`,
      ...(settings.tls === "verify" && {
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: settings.caFile ?? "system",
      }),
      ...settings.environment,
      ...run.environment,
    },
    input: run.input,
    timeoutMs: run.timeoutSeconds * 1000,
    signal: ctx.signal,
    redact: ctx.redact,
    log: run.isQuiet === true ? () => undefined : ctx.log,
    endsGroup: true,
    ...(run.keepsStdout === true && { keepsStdout: true }),
  });
}

/** The database's address as a project takes it, without a password unless one is given. */
export function databaseUrl(settings: Settings, password?: string): string {
  const { urlScheme, user, host, port, database } = settings;
  const secret = password === undefined || password === "" ? "" : `:${encodeURIComponent(password)}`;
  const place = host.includes(":") ? `[${host}]` : host;
  return `${urlScheme}://${encodeURIComponent(user)}${secret}@${place}:${port}/${encodeURIComponent(database)}`;
}
