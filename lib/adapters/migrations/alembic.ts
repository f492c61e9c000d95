import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { excerpt } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import type { Context } from "#lib/adapters/migrations/database.ts";
import type { Graph, Leg, Migration } from "#lib/adapters/migrations/graph.ts";
import { databaseUrl, pythonOf, runTool } from "#lib/adapters/migrations/tool-process.ts";
import type { ProcessEnd } from "#lib/adapters/run-process.ts";
import { Fault } from "#lib/domain/errors.ts";

const Answer = z.object({
  alembic: z.string(),
  migrations: z.array(
    z.object({
      revision: z.string(),
      after: z.array(z.string()),
      needs: z.array(z.string()),
      writtenAt: z.string().nullable(),
      undoing: z.object({
        can: z.enum(["yes", "nothing", "missing", "empty", "raises"]),
        file: z.string(),
        line: z.number(),
        sha256: z.string(),
        isTransactional: z.boolean(),
        losses: z.array(z.object({ line: z.number(), what: z.string() })),
      }),
    }),
  ),
});

const script = path.join(import.meta.dirname, "read-alembic.py");

/** Every migration of the project, in Alembic's own order; connects to nothing. Throws Fault `permanent`. */
export async function readAlembic(ctx: Context): Promise<Graph> {
  const { settings } = ctx;
  const end = await runTool(ctx, pythonOf(settings), {
    args: ["-B", "-", settings.ini, settings.workingFolder],
    environment: {},
    input: await readFile(script, "utf8"),
    timeoutSeconds: 60,
    keepsStdout: true,
    isQuiet: true,
  });
  const answer = Answer.safeParse(parseJson(end.stdout.toString("utf8")));
  if (end.exitCode !== 0 || !answer.success) throw unreadable(ctx, end);
  const migrations = answer.data.migrations.map((one): [string, Migration] => [
    one.revision,
    { ...one, writtenAt: momentOf(one.writtenAt) },
  ]);
  return new Map(migrations);
}

/** Goes down, leg by leg. Throws Fault when a leg does not end well; the caller looks where the database is then. */
export async function downgradeAlembic(ctx: Context, legs: readonly Leg[]): Promise<void> {
  await refuseForeignAddress(ctx);
  const url = databaseUrl(ctx.settings, ctx.secrets["password"]);
  for (const leg of legs) {
    const end = await runTool(ctx, pythonOf(ctx.settings), {
      args: [...alembic(ctx), "downgrade", legText(leg)],
      environment: { [ctx.settings.urlVariable]: url },
      timeoutSeconds: ctx.settings.timeoutSeconds,
    });
    if (end.how !== "exited" || end.exitCode !== 0) throw legFault(ctx, end);
  }
}

/**
 * Throws Fault `permanent` ADDRESS_NOT_TAKEN where the project connects to some other place than the one it is given: a
 * downgrade would act there. Found out by giving it an address where nothing answers.
 */
export async function refuseForeignAddress(ctx: Context): Promise<void> {
  const { settings } = ctx;
  const nowhere = databaseUrl({ ...settings, host: "127.0.0.1", port: 1, user: "nobody" });
  const end = await runTool(ctx, pythonOf(settings), {
    args: [...alembic(ctx), "current"],
    environment: { [settings.urlVariable]: nowhere },
    timeoutSeconds: 60,
    isQuiet: true,
  });
  if (end.how !== "exited" || end.exitCode !== 0) return;
  throw new Fault(
    "permanent",
    "ADDRESS_NOT_TAKEN",
    `The project in ${settings.workingFolder} does not take the database's address from ${settings.urlVariable}: given one where nothing answers, it still connected.`,
    "Name the variable that its env.py reads as urlVariable. Otherwise it could migrate another database than the one that was looked at.",
  );
}

const alembic = ({ settings }: Context): string[] => ["-B", "-m", "alembic", "-c", settings.ini];

export const legText = ({ target, branch }: Leg): string =>
  branch === null ? target : `${branch}@${target}`;

function legFault(ctx: Context, end: ProcessEnd): Fault {
  const said = lastWords(end);
  if (end.how === "cancelled")
    return new Fault("transient", "CANCELLED", "The downgrade was stopped.", "It may be started again.");
  if (end.how !== "exited")
    return new Fault(
      "permanent",
      end.how === "timeout" ? "TIMEOUT" : "TOO_MUCH_OUTPUT",
      end.how === "timeout"
        ? `The downgrade did not end within ${ctx.settings.timeoutSeconds} s and was stopped.`
        : "The downgrade wrote more than 16 MiB and was stopped.",
      "See what it waits for (pg_stat_activity), or give it more time in the settings.",
    );
  if (/LockNotAvailable|lock timeout|DeadlockDetected/.test(end.output))
    return new Fault(
      "transient",
      "LOCKED",
      `The downgrade gave up after ${ctx.settings.lockSeconds} s of waiting for a lock.`,
      "Stop what uses the tables, or end who holds the lock. It is tried again within the limit of the step.",
    );
  if (/Can't locate revision|No such revision/.test(end.output))
    return new Fault(
      "permanent",
      "MIGRATION_FILES_MISSING",
      `Alembic does not find a migration: ${said}`,
      "The working folder must hold the code of the version that was deployed last.",
    );
  return new Fault(
    "permanent",
    "DOWNGRADE_FAILED",
    `The downgrade failed: ${said}`,
    "Correct what the message names, then retry; or restore the backup of the deployment.",
  );
}

function unreadable({ settings }: Context, end: ProcessEnd): Fault {
  if (end.how === "cancelled")
    return new Fault("transient", "CANCELLED", "Stopped while migrations were read.", "Nothing was changed.");
  if (/No module named ['"]?alembic/.test(end.output))
    return new Fault(
      "permanent",
      "TOOL_MISSING",
      `${pythonOf(settings)} has no Alembic.`,
      "Name the Python of the project's virtual environment as python, or install Alembic for this one.",
    );
  if (/No config file|No 'script_location'|NoSectionError|Path doesn't exist/.test(end.output))
    return new Fault(
      "permanent",
      "PROJECT_NOT_FOUND",
      `There is no usable ${settings.ini} in ${settings.workingFolder}: ${lastWords(end)}`,
      "Correct workingFolder or ini in the settings.",
    );
  return new Fault(
    "permanent",
    "MIGRATIONS_UNREADABLE",
    `The migrations in ${settings.workingFolder} cannot be read: ${end.how === "timeout" ? "it took longer than 60 s." : lastWords(end)}`,
    "Run alembic history there by hand; a migration file is missing or broken.",
  );
}

/** The last line that says something: of a Python traceback, the error itself. */
function lastWords(end: ProcessEnd): string {
  const lines = end.output
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s|^\(Background on/.test(line));
  const error = lines.findLast((line) => /Error|Exception|FAILED|^[a-z_.]+\.[A-Z]\w+:/.test(line));
  return excerpt(
    error ?? lines.at(-1) ?? `it exited with ${end.exitCode ?? "a signal"} and said nothing`,
    400,
  );
}

/** A time without a zone is taken as UTC; one that lies ahead counts as now. */
function momentOf(written: string | null): string | null {
  if (written === null) return null;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(written);
  const time = Date.parse(hasZone ? written : `${written.replace(" ", "T")}Z`);
  return Number.isNaN(time) ? null : new Date(Math.min(time, Date.now())).toISOString();
}
