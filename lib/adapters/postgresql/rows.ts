import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Evidence } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { manifestOf } from "#lib/adapters/postgresql/backup.ts";
import { quoted, quotedTable } from "#lib/adapters/postgresql/names.ts";
import type { Counted, Rows, Settings } from "#lib/adapters/postgresql/schema.ts";
import { ownPlace, readOnly, withSql, type Context, type Sql } from "#lib/adapters/postgresql/server.ts";
import { Fault } from "#lib/domain/errors.ts";

const mostTables = 200;

/** How many rows each table has, by `schema.table`, in the transaction that `sql` is in. Throws Fault. */
export async function countRows(
  sql: Sql,
  settings: Settings,
  only: readonly string[] = settings.countTables,
): Promise<Rows> {
  const named =
    only.length > 0
      ? await sql.rows<{ name: string; quoted: string }>(
          tablesSql("c.oid = ANY(SELECT to_regclass(t) FROM unnest($1::text[]) t)"),
          [only.map(quotedTable)],
        )
      : await sql.rows<{ name: string; quoted: string }>(tablesSql("$1"), [true]);
  const rows: Rows = {};
  for (const table of named) {
    const [row] = await sql.rows<{ count: string }>(`SELECT count(*)::text AS count FROM ${table.quoted}`);
    rows[table.name] = Number(row?.count ?? 0);
  }
  return rows;
}

const tablesSql = (which: string): string =>
  `SELECT n.nspname || '.' || c.relname AS name, format('%I.%I', n.nspname, c.relname) AS quoted
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
     AND ${which}
   ORDER BY 1 LIMIT ${mostTables}`;

/** How the rows that are there compare with those that must be; null where nothing is said of any table. */
export function compareRows(found: Rows, wanted: Rows, how: "exactly" | "at least"): string | null {
  const wrong = Object.entries(wanted).flatMap(([table, count]) => {
    const has = found[table];
    if (has === undefined) return [`${table} is missing, it should have ${count}`];
    const isRight = how === "exactly" ? has === count : has >= count;
    return isRight ? [] : [`${table} has ${has}, not ${how === "exactly" ? "" : "at least "}${count}`];
  });
  return wrong.length === 0 ? null : wrong.slice(0, 20).join("; ");
}

export const shownRows = (rows: Rows): string => {
  const entries = Object.entries(rows);
  const shown = entries.slice(0, 20).map(([table, count]) => `${table} ${count}`);
  if (entries.length > 20) shown.push(`and ${entries.length - 20} more tables`);
  return shown.length === 0 ? "no tables" : shown.join(", ");
};

/**
 * What a restore loses, by table: rows made since `since` where a column tells, and where the backup says how many it
 * has, the difference. Looks only; a table that cannot be counted in time is told so.
 */
export async function rowsToLose(
  ctx: Context,
  since: string,
  backup: Rows | null,
): Promise<{ what: string; why: string }[]> {
  const { settings } = ctx;
  return withSql(ctx, ownPlace(ctx), settings.database, async (sql) => {
    const why = `They were written after ${since}. They stay in the old database and in the emergency dump.`;
    const lost: { what: string; why: string }[] = [];
    await sql.rows("SET statement_timeout = '2s'");
    for (const [table, column] of Object.entries(settings.createdColumns)) {
      try {
        const [row] = await sql.rows<{ count: string }>(
          `SELECT count(*)::text AS count FROM ${quotedTable(table)} WHERE ${quoted(column)} > $1`,
          [since],
        );
        lost.push({ what: `${row?.count ?? "0"} newer rows of ${table}`, why });
      } catch (error) {
        if (!(error instanceof Fault) || error.kind === "unknown") throw error;
        lost.push({ what: `Newer rows of ${table}, not counted`, why: `${error.message} ${why}` });
      }
    }
    for (const [table, count] of Object.entries(backup ?? {})) {
      if (lost.length >= 40) break;
      if ([table, table.replace(/^public\./, "")].some((name) => name in settings.createdColumns)) continue;
      const now = await countRows(sql, settings, isTable(table) ? [table] : []).catch(
        (error: unknown): Rows => {
          if (error instanceof Fault && error.kind !== "unknown") return {};
          throw error;
        },
      );
      const has = now[table];
      if (has !== undefined && has !== count)
        lost.push({ what: `${table}: ${has} rows now, ${count} in the backup`, why });
    }
    return lost;
  });
}

const isTable = (name: string): boolean => /^[^.]+\.[^.]+$/.test(name);

/** Counts what is there, against the rows of the backup, and tells what was left behind. */
export const countExecutor = checkExecutor<Settings, Counted>(async (ctx, desired) => {
  const { settings } = ctx;
  const found = await withSql(ctx, ownPlace(ctx), desired.database, (sql) =>
    readOnly(sql, () => countRows(sql, settings)),
  );
  const list: Evidence[] = [evidence("Rows", true, `${desired.database}: ${shownRows(found)}.`)];
  if (desired.baseline !== null) {
    const wrong = compareRows(found, desired.baseline, "at least");
    list.push(
      evidence(
        "Rows against the baseline",
        wrong === null,
        wrong === null ? `No table has fewer than ${shownRows(desired.baseline)}.` : `${wrong}.`,
      ),
    );
  }
  const before = desired.dump === null ? null : await manifestOf(desired.dump);
  if (before?.rows !== undefined) {
    const left = Object.entries(before.rows).flatMap(([table, count]) => {
      const fewer = count - (found[table] ?? 0);
      return fewer > 0 ? [`${table} ${fewer}`] : [];
    });
    list.push(
      evidence(
        "Rows left behind",
        true,
        left.length === 0
          ? "No table has fewer rows than before."
          : `Fewer than before, kept in the old database and in ${desired.dump ?? ""}: ${left.slice(0, 40).join(", ")}.`,
      ),
    );
  }
  return list;
});
