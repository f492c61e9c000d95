import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { sessionName } from "#lib/adapters/migrations/database.ts";
import type { Context } from "#lib/adapters/migrations/database.ts";
import { flavours } from "#lib/adapters/migrations/flavour.ts";
import type { Graph, Migration, Undoing } from "#lib/adapters/migrations/graph.ts";
import type { Settings } from "#lib/adapters/migrations/schema.ts";
import { isOneTransaction, lossesIn, withoutComments } from "#lib/adapters/migrations/sql-text.ts";
import { withPostgres } from "#lib/adapters/postgres-connection.ts";
import { Fault } from "#lib/domain/errors.ts";

const prismaFolder = ({ migrations }: Settings): string => migrations ?? "prisma/migrations";

/** Prisma's own lock, under which it migrates. */
const migrateLock = 72_707_369;

/** The migrations of the folder, in the order of their names, which is Prisma's. Throws Fault `permanent`. */
export async function readPrisma({ settings }: Context): Promise<Graph> {
  const folder = path.join(settings.workingFolder, prismaFolder(settings));
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new Fault(
      "permanent",
      "PROJECT_NOT_FOUND",
      `The folder ${folder} cannot be read.`,
      "Correct workingFolder or migrations in the settings.",
    );
  });
  const names = entries
    .filter((entry) => entry.isDirectory() && flavours.prisma.revision.test(entry.name))
    .map(({ name }) => name)
    .toSorted();
  const migrations = await Promise.all(
    names.map(async (revision, at): Promise<[string, Migration]> => {
      const before = names[at - 1];
      const undoing = await undoingOf(settings, revision);
      const after = before === undefined ? [] : [before];
      return [revision, { revision, after, needs: [], writtenAt: momentOf(revision), undoing }];
    }),
  );
  return new Map(migrations);
}

async function undoingOf(settings: Settings, revision: string): Promise<Undoing> {
  const file = path.join(prismaFolder(settings), revision, settings.downFile);
  const content = await readFile(path.join(settings.workingFolder, file)).catch(() => null);
  const none = { file, line: 1, sha256: "", isTransactional: true, losses: [] };
  if (content === null) return { can: "missing", ...none };
  const sql = withoutComments(content.toString("utf8"));
  return {
    can: sql.trim() === "" ? "empty" : "yes",
    file,
    line: 1,
    sha256: hashOf(content),
    isTransactional: isOneTransaction(sql),
    losses: lossesIn(sql),
  };
}

/** Undoes each in a transaction of its own, and marks it as rolled back as Prisma does. Throws Fault. */
export async function downgradePrisma(ctx: Context, undo: readonly Migration[]): Promise<void> {
  const { settings } = ctx;
  const table = (settings.table ?? flavours.prisma.table)
    .split(".")
    .map((part) => `"${part}"`)
    .join(".");
  const limits = [
    `SET lock_timeout = ${Math.round(settings.lockSeconds * 1000)}`,
    `SET statement_timeout = ${Math.round(settings.timeoutSeconds * 1000)}`,
  ];
  const work = undo.map(({ revision, undoing }) => ({ revision, undoing }));
  await withPostgres(
    ctx,
    settings,
    async (client) => {
      await client.query(limits.join("; "));
      for (const { revision, undoing } of work) {
        const content = await readFile(path.join(settings.workingFolder, undoing.file));
        if (hashOf(content) !== undoing.sha256)
          throw new Fault(
            "permanent",
            "FILES_CHANGED",
            `${undoing.file} was changed just now.`,
            "Make a new plan.",
          );
        await client.query("BEGIN");
        await client.query("SELECT pg_advisory_xact_lock($1)", [migrateLock]);
        const applied = await client.query(
          `SELECT 1 FROM ${table} WHERE migration_name = $1 AND finished_at IS NOT NULL AND rolled_back_at IS NULL FOR UPDATE`,
          [revision],
        );
        if (applied.rowCount === 0) {
          await client.query("ROLLBACK");
          continue;
        }
        ctx.log(`Undoing ${revision} with ${undoing.file}.`);
        await client.query(content.toString("utf8"));
        await client.query(
          `UPDATE ${table} SET rolled_back_at = now() WHERE migration_name = $1 AND rolled_back_at IS NULL`,
          [revision],
        );
        await client.query("COMMIT");
      }
    },
    sessionName(ctx),
  );
}

const hashOf = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** Both tools begin a migration's name with the moment at which it was written, in UTC. */
export function momentOf(name: string): string | null {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)_/.exec(name);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second] = found;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? null : new Date(Math.min(time, Date.now())).toISOString();
}
