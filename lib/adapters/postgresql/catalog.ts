import { readComment, type Mark } from "#lib/adapters/postgresql/mark.ts";
import type { Settings } from "#lib/adapters/postgresql/schema.ts";
import { ownPlace, withSql, type Context, type Sql } from "#lib/adapters/postgresql/server.ts";
import { Fault } from "#lib/domain/errors.ts";

/** A database as the catalogue of its server shows it. */
export type Found = {
  oid: number;
  name: string;
  owner: string;
  isOpen: boolean;
  connectionLimit: number;
  text: string;
  mark: Mark | null;
};

type Row = {
  oid: string;
  name: string;
  owner: string;
  open: boolean;
  limit: number;
  comment: string | null;
};

/** The databases of these names or OIDs. Throws Fault. */
export async function findDatabases(
  sql: Sql,
  names: readonly string[],
  oids: readonly number[] = [],
): Promise<Found[]> {
  const rows = await sql.rows<Row>(
    `SELECT d.oid::text, d.datname AS name, r.rolname AS owner, d.datallowconn AS open, d.datconnlimit AS limit,
       shobj_description(d.oid, 'pg_database') AS comment
     FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
     WHERE d.datname = ANY($1) OR d.oid = ANY($2::oid[]) ORDER BY d.oid`,
    [names, oids],
  );
  return rows.map(({ oid, name, owner, open, limit, comment }) => ({
    oid: Number(oid),
    name,
    owner,
    isOpen: open,
    connectionLimit: limit,
    ...readComment(comment),
  }));
}

/** Looks at the catalogue from the maintenance database. */
export async function inCatalog<T>(ctx: Context, work: (sql: Sql) => Promise<T>): Promise<T> {
  const place = ownPlace(ctx);
  return withSql(ctx, place, place.maintenanceDatabase, work);
}

/** The database of the settings. Throws Fault `permanent` NO_SUCH_DATABASE. */
export async function ownDatabase(ctx: Context): Promise<Found> {
  const { database } = ctx.settings;
  const [found] = await inCatalog(ctx, (sql) => findDatabases(sql, [database]));
  if (found !== undefined) return found;
  throw noSuch(ctx.settings);
}

export function noSuch({ database }: Settings): Fault {
  return new Fault(
    "permanent",
    "NO_SUCH_DATABASE",
    `There is no database ${database} on that server.`,
    "Check host and database in the settings.",
  );
}

/** Number of the server's major version, such as 15. */
export async function majorVersion(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ number: string }>("SELECT current_setting('server_version_num') AS number");
  return Math.floor(Number(row?.number ?? 0) / 10_000);
}

/**
 * Keeps every other rollback away from this database while `work` runs, and ends what an earlier attempt of this very
 * step left running. Throws Fault `transient` BUSY.
 */
export async function alone<T>(ctx: Context, work: (sql: Sql) => Promise<T>): Promise<T> {
  return inCatalog(ctx, async (sql) => {
    await sql.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()
         AND usename = current_user`,
    );
    for (let attempt = 0; ; attempt++) {
      const [row] = await sql.rows<{ free: boolean }>(
        "SELECT pg_try_advisory_lock(hashtextextended('lastgood ' || $1, 0)) AS free",
        [ctx.settings.database],
      );
      if (row?.free === true) return work(sql);
      if (attempt >= 20)
        throw new Fault(
          "transient",
          "BUSY",
          `Another step of a rollback works on ${ctx.settings.database} at this moment.`,
          "Wait for it to end; see pg_stat_activity for sessions called lastgood.",
        );
      await sql.rows("SELECT pg_sleep(0.1)");
    }
  });
}
