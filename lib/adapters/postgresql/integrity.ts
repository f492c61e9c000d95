import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Evidence } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import type { AtHead, Settings, Sound } from "#lib/adapters/postgresql/schema.ts";
import { ownPlace, readOnly, withSql, type Context, type Sql } from "#lib/adapters/postgresql/server.ts";
import { Fault } from "#lib/domain/errors.ts";

type Check = Settings["integrity"][number];

const own: readonly Check[] = [
  {
    name: "Constraints",
    sql: "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated",
  },
  {
    name: "Indexes",
    sql: "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid",
  },
];

/** Runs the checks one by one in a transaction that cannot write. A query that fails is bad evidence, not a fault. */
export async function soundness(ctx: Context, sql: Sql): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for (const check of [...own, ...ctx.settings.integrity])
    found.push(await readOnly(sql, () => runCheck(ctx, sql, check)));
  return found;
}

async function runCheck(ctx: Context, sql: Sql, { name, sql: text, equals }: Check): Promise<Evidence> {
  try {
    const most = equals === undefined ? 5 : 2;
    // As a subquery of a cursor's size, it is one SELECT and can neither write nor flood.
    const rows = await sql.rows<Record<string, unknown>>(
      `SELECT * FROM (${text.replace(/;\s*$/, "")}\n) AS looked LIMIT ${most}`,
    );
    if (equals !== undefined) {
      const value = Number(Object.values(rows[0] ?? {})[0]);
      const isEqual = rows.length === 1 && value === equals;
      const gave = rows.length === 1 ? String(value) : rows.length === 0 ? "no row" : "several rows";
      return evidence(name, isEqual, `It gives ${gave}; it must give ${equals}.`);
    }
    if (rows.length === 0) return evidence(name, true, "Nothing is wrong.");
    const shown = ctx.redact(excerpt(JSON.stringify(rows), 500));
    return evidence(
      name,
      false,
      `${rows.length < most ? rows.length : `At least ${rows.length}`} found: ${shown}`,
    );
  } catch (error) {
    if (!(error instanceof Fault) || error.kind === "unknown" || error.code === "CONNECTION_CUT") throw error;
    return evidence(name, false, `The check itself failed. ${error.message}`);
  }
}

export const integrityExecutor = checkExecutor<Settings, Sound>((ctx, { database }) =>
  withSql(ctx, ownPlace(ctx), database, (sql) => soundness(ctx, sql)),
);

const headTables = [
  ["alembic_version", "SELECT version_num AS head FROM alembic_version"],
  [
    "_prisma_migrations",
    "SELECT migration_name AS head FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY started_at DESC, migration_name DESC LIMIT 1",
  ],
  [
    "__EFMigrationsHistory",
    'SELECT "MigrationId" AS head FROM "__EFMigrationsHistory" ORDER BY 1 DESC LIMIT 1',
  ],
] as const;

/** The migration that the schema stands at, as the tool's own table says; null: there is no such table. Throws Fault. */
export async function migrationHead(sql: Sql): Promise<string | null> {
  for (const [table, text] of headTables) {
    const [there] = await sql.rows<{ there: boolean }>("SELECT to_regclass($1) IS NOT NULL AS there", [
      `"${table}"`,
    ]);
    if (there?.there !== true) continue;
    const rows = await sql.rows<{ head: string }>(text);
    return rows
      .map(({ head }) => head)
      .toSorted()
      .join(",");
  }
  return null;
}

export const headExecutor = checkExecutor<Settings, AtHead>(async (ctx, { database, head }) => {
  const found = await withSql(ctx, ownPlace(ctx), database, migrationHead);
  return [
    evidence(
      "Migration",
      found === head,
      `The schema stands at ${found ?? "no migration that can be told"}; the version was deployed with ${head}.`,
    ),
  ];
});
