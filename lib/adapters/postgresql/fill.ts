import { findDatabases, type Found } from "#lib/adapters/postgresql/catalog.ts";
import { copyProperties, createLike } from "#lib/adapters/postgresql/create-like.ts";
import { commentOn, type Mark } from "#lib/adapters/postgresql/mark.ts";
import { quoted } from "#lib/adapters/postgresql/names.ts";
import { compareRows, countRows } from "#lib/adapters/postgresql/rows.ts";
import type { Rows } from "#lib/adapters/postgresql/schema.ts";
import {
  readOnly,
  toolEnvironment,
  withSql,
  type Context,
  type Place,
  type Sql,
} from "#lib/adapters/postgresql/server.ts";
import { runTool, toolPath } from "#lib/adapters/postgresql/tools.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Fill = {
  place: Place;
  /** The database to make. */
  name: string;
  /** The archive that it is filled from. */
  file: string;
  mark: Omit<Mark, "state" | "at" | "rows">;
  /** The database whose owner, encoding, grants and settings it gets; null: it gets the server's. */
  likeOid: number | null;
  text: string;
  /** What it must hold when it is filled. */
  rows: Rows | null;
  major: number;
};

/**
 * Makes a database and fills it from an archive. What an attempt that died has left under the name is dropped and done
 * again; a database that is not ours is left alone. Marked `complete` only once its rows were counted and compared.
 * Throws Fault: then nothing is left, or a part that is marked as such.
 */
export async function fill(ctx: Context, sql: Sql, wanted: Fill): Promise<Rows> {
  const { name, place, file, major } = wanted;
  const isOwn = wanted.mark.role === "restored";
  await sql.rows(`SET statement_timeout = '${ctx.settings.restoreSeconds}s'`);
  await dropOwn(sql, name, wanted.mark.rollback);
  ctx.log(`Making the database ${name}.`);
  await createLike(sql, name, wanted.likeOid, isOwn);
  const at = new Date().toISOString();
  await sql.act(commentOn(name, wanted.text, { ...wanted.mark, state: "partial", at }));
  try {
    await sql.act(`ALTER DATABASE ${quoted(name)} ALLOW_CONNECTIONS true`);
    // Nobody but us until it has its own name.
    await sql.act(`REVOKE CONNECT ON DATABASE ${quoted(name)} FROM PUBLIC`);
    ctx.log(`Restoring ${file} into it.`);
    await runTool(ctx, toolPath(ctx, "pg_restore", major), {
      arguments: [
        "--exit-on-error",
        "--no-password",
        ...(isOwn ? [] : ["--no-owner", "--no-privileges"]),
        `--jobs=${ctx.settings.jobs}`,
        `--dbname=${name}`,
        file,
      ],
      environment: await toolEnvironment(ctx, place),
      seconds: ctx.settings.restoreSeconds,
      isShown: true,
    });
    const rows = await withSql(ctx, place, name, async (inside) => {
      if (isOwn) {
        await inside.rows(`SET statement_timeout = '${ctx.settings.restoreSeconds}s'`);
        await inside.act("ANALYZE");
      }
      return readOnly(inside, () =>
        countRows(
          inside,
          ctx.settings,
          wanted.rows === null ? undefined : Object.keys(wanted.rows).filter(isNamed),
        ),
      );
    });
    const wrong = wanted.rows === null ? null : compareRows(rows, wanted.rows, "exactly");
    if (wrong !== null)
      throw new Fault(
        "permanent",
        "BACKUP_INCOMPLETE",
        `What was restored does not have the rows that the backup's manifest says: ${wrong}.`,
        "Do not use this backup. Choose another, or find out which of the two is wrong.",
      );
    if (isOwn) {
      if (wanted.likeOid !== null) await copyProperties(sql, wanted.likeOid, name);
      await grantAsBefore(sql, wanted.likeOid, name);
      await sql.act(
        commentOn(name, wanted.text, {
          ...wanted.mark,
          state: "complete",
          rows,
          at: new Date().toISOString(),
        }),
      );
    }
    return rows;
  } catch (error) {
    // What failed for good takes no room.
    if (error instanceof Fault && !ctx.signal.aborted && error.kind !== "unknown")
      await dropOwn(sql, name, wanted.mark.rollback).catch((second: unknown): never => {
        ctx.log(`${name} could not be dropped: ${String(second)}`);
        throw partLeft(error, name);
      });
    throw error;
  }
}

/** The same fault, which also says what it left. */
const partLeft = ({ kind, code, message, advice }: Fault, name: string): Fault =>
  new Fault(
    kind,
    code,
    `${message} The part that was restored could not be removed: ${name}, marked as a part.`,
    `${advice} The next attempt drops the part first.`,
  );

const isNamed = (table: string): boolean => /^[^.]+\.[^.]+$/.test(table);

async function grantAsBefore(sql: Sql, likeOid: number | null, name: string): Promise<void> {
  const [row] = await sql.rows<{ plain: boolean }>(
    "SELECT datacl IS NULL AS plain FROM pg_database WHERE oid = $1",
    [likeOid],
  );
  if (row?.plain === true) await sql.act(`GRANT CONNECT ON DATABASE ${quoted(name)} TO PUBLIC`);
}

/** Drops what a rollback left under that name. Throws Fault `permanent` NAME_TAKEN for a database that is not its. */
export async function dropOwn(sql: Sql, name: string, rollback: string): Promise<void> {
  const [found] = await findDatabases(sql, [name]);
  if (found === undefined) return;
  requireOurs(found, rollback);
  await sql.act(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
}

function requireOurs({ name, mark, isOpen, text }: Found, rollback: string): void {
  const isFresh = mark === null && !isOpen && text === "";
  const isOurs = mark?.rollback === rollback && (mark.role === "restored" || mark.role === "scratch");
  if (isFresh || isOurs) return;
  throw new Fault(
    "permanent",
    "NAME_TAKEN",
    `There is a database ${name} already, and this rollback did not make it. It was left alone.`,
    "Rename it or ask its owner, then retry.",
  );
}
