import type { Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { alone, findDatabases, inCatalog, noSuch, type Found } from "#lib/adapters/postgresql/catalog.ts";
import { commentOn } from "#lib/adapters/postgresql/mark.ts";
import { literal, quoted } from "#lib/adapters/postgresql/names.ts";
import type { Closed, Settings } from "#lib/adapters/postgresql/schema.ts";
import type { Context, Sql } from "#lib/adapters/postgresql/server.ts";
import { Fault } from "#lib/domain/errors.ts";

export type CloseObserved = { oid: number | null; isOpen: boolean; sessions: number };

/**
 * Closes a database by its OID: no session, and no new one, whoever asks. It stays closed under its old name's successor
 * too; the restored database that takes the name is open. A rollback that is aborted before the swap opens it again.
 */
export const closeExecutor: Executor<Settings, Closed, CloseObserved> = {
  observe: (ctx, desired) => inCatalog(ctx, (sql) => look(sql, desired)),
  stable: ({ oid }) => ({ oid }),
  isDone: (_desired, { isOpen, sessions, oid }) => oid !== null && !isOpen && sessions === 0,
  apply: (ctx, desired) => alone(ctx, (sql) => close(ctx, sql, desired)),
  verify: async (ctx, desired) => {
    const { isOpen, sessions } = await inCatalog(ctx, (sql) => look(sql, desired));
    return [
      evidence(
        "Connections",
        !isOpen && sessions === 0,
        `${sessions} sessions; new ones are ${isOpen ? "accepted" : "refused"}.`,
      ),
    ];
  },
};

async function look(sql: Sql, { oid }: Closed): Promise<CloseObserved> {
  const [found] = await findDatabases(sql, [], [oid]);
  return { oid: found?.oid ?? null, isOpen: found?.isOpen ?? false, sessions: await sessionsOf(sql, oid) };
}

async function close(ctx: Context, sql: Sql, desired: Closed): Promise<Receipt> {
  const [found] = await findDatabases(sql, [], [desired.oid]);
  if (found === undefined) throw noSuch(ctx.settings);
  const was = await sessionsOf(sql, desired.oid);
  if (found.isOpen) {
    const { text } = found;
    const at = new Date().toISOString();
    await inTransaction(sql, [
      commentOn(found.name, text, { rollback: desired.rollback, role: "closed", state: "complete", at }),
      `ALTER DATABASE ${quoted(found.name)} ALLOW_CONNECTIONS false`,
    ]);
  }
  for (let attempt = 0; ; attempt++) {
    await sql.act(endSessions(desired.oid));
    const left = await sessionsOf(sql, desired.oid);
    if (left === 0) break;
    if (attempt >= 100)
      throw new Fault(
        "transient",
        "SESSIONS_STAY",
        `${left} sessions on ${found.name} do not end: ${ctx.redact(await shownSessions(sql, found))}. New ones are refused already.`,
        "A superuser's sessions only a superuser can end. See pg_stat_activity and pg_prepared_xacts.",
      );
    await sql.rows("SELECT pg_sleep(0.1)");
  }
  return {
    changed: true,
    summary:
      `${found.name} is closed, ${was} sessions were ended. ` +
      `Unless another takes its name, open it again with: ALTER DATABASE ${quoted(found.name)} ALLOW_CONNECTIONS true`,
    data: { oid: desired.oid, sessions: was },
  };
}

/** Ends those that this role may end: of superusers, only as a superuser. */
const endSessions = (oid: number): string =>
  `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid
   WHERE a.datid = ${oid} AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
     AND (NOT coalesce(r.rolsuper, false) OR current_setting('is_superuser') = 'on')`;

/** All of them or none. */
export async function inTransaction(sql: Sql, statements: readonly string[]): Promise<void> {
  await sql.rows("BEGIN");
  try {
    for (const statement of statements) await sql.act(statement);
    await sql.act("COMMIT");
  } catch (error) {
    await sql.rows("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** Sessions of roles (autovacuum has none, and its kind is shown to the privileged alone), and transactions that somebody has prepared there. */
export async function sessionsOf(sql: Sql, oid: number): Promise<number> {
  const [row] = await sql.rows<{ count: string }>(
    `SELECT (SELECT count(*) FROM pg_stat_activity WHERE datid = $1 AND pid <> pg_backend_pid()
              AND usesysid IS NOT NULL)
          + (SELECT count(*) FROM pg_prepared_xacts p JOIN pg_database d ON d.datname = p.database WHERE d.oid = $1)
       AS count`,
    [oid],
  );
  return Number(row?.count ?? 0);
}

/** Who is connected, for people: names of applications with how many sessions each has. */
export async function shownSessions(sql: Sql, { oid }: Pick<Found, "oid">): Promise<string> {
  const rows = await sql.rows<{ who: string; count: string }>(
    `SELECT coalesce(nullif(application_name, ''), usename::text, ${literal("unknown")}) AS who, count(*)::text AS count
     FROM pg_stat_activity WHERE datid = $1 AND pid <> pg_backend_pid() GROUP BY 1 ORDER BY 2 DESC LIMIT 10`,
    [oid],
  );
  return rows.map(({ who, count }) => `${who} (${count})`).join(", ");
}
