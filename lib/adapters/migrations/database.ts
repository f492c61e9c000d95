import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { flavours } from "#lib/adapters/migrations/flavour.ts";
import type { Settings } from "#lib/adapters/migrations/schema.ts";
import { withPostgres } from "#lib/adapters/postgres-connection.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Context = AdapterContext<Settings>;

/** Runs statements that only look, none of them for longer than 8 s. Throws Fault. */
export async function look<R>(ctx: Context, work: (client: pg.Client) => Promise<R>): Promise<R> {
  return withPostgres(ctx, ctx.settings, async (client) => {
    await client.query(
      "SET statement_timeout = 8000; SET lock_timeout = 4000; SET default_transaction_read_only = on",
    );
    return work(client);
  });
}

/** The revisions that the database names, sorted; none: before the first migration. Throws Fault. */
export async function readRevisions(ctx: Context): Promise<string[]> {
  return look(ctx, (client) => revisionsIn(ctx.settings, client));
}

/** Throws Fault READ_ONLY for a standby, where no migration can be undone. */
export async function requirePrimary(ctx: Context): Promise<void> {
  const { rows } = await look(ctx, (client) =>
    client.query<{ standby: boolean }>("SELECT pg_is_in_recovery() AS standby"),
  );
  if (rows[0]?.standby !== true) return;
  throw new Fault(
    "permanent",
    "READ_ONLY",
    `${ctx.settings.host}:${ctx.settings.port} is a standby, and nothing can be undone there.`,
    "Name the primary in the settings.",
  );
}

async function revisionsIn(settings: Settings, client: pg.Client): Promise<string[]> {
  const { table, select, current } = flavours[settings.flavour];
  const name = settings.table ?? table;
  const quoted = name
    .split(".")
    .map((part) => `"${part}"`)
    .join(".");
  try {
    const { rows } = await client.query<Record<string, unknown>>(`SELECT ${select} FROM ${quoted}`);
    return current(rows);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "42P01" || error.code === "42703"))
      throw new Fault(
        "permanent",
        "NO_REVISIONS",
        `The database ${settings.database} has no table ${name} as ${settings.flavour} writes it.`,
        "Correct the settings flavour, database or table. Stamp nothing: that would hide what really was migrated.",
      );
    throw error;
  }
}

/** RFC 3339: when the revision was written, where PostgreSQL keeps the times of commits; otherwise null. */
export async function arrivedAt(ctx: Context): Promise<string | null> {
  if (ctx.settings.flavour !== "alembic") return null;
  const name = ctx.settings.table ?? flavours.alembic.table;
  return look(ctx, async (client) => {
    const { rows } = await client.query<{ on: string }>(
      "SELECT current_setting('track_commit_timestamp') AS on",
    );
    if (rows[0]?.on !== "on") return null;
    const quoted = name.split(".").map((part) => `"${part}"`);
    const times = await client.query<{ at: Date | null }>(
      `SELECT max(pg_xact_commit_timestamp(xmin)) AS at FROM ${quoted.join(".")}`,
    );
    return times.rows[0]?.at?.toISOString() ?? null;
  });
}

/** The name under which the tool connects: the same for every attempt of this step, so that a later one knows it. */
export function sessionName(ctx: Context): string {
  return `lastgood ${createHash("sha256").update(ctx.effectKey).digest("hex").slice(0, 16)}`;
}

/** Ends what is still connected under this step's name, and waits until it is gone; its transactions are undone. */
export async function endSessions(ctx: Context): Promise<void> {
  const name = sessionName(ctx);
  for (let turn = 0; turn < 50; turn++) {
    const left = await look(ctx, async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = $2",
        [name, ctx.settings.database],
      );
      return rows.length;
    });
    if (left === 0) return;
    await delay(100);
  }
  throw new Fault(
    "unknown",
    "STILL_AT_WORK",
    "A downgrade of this step is still at work in the database and does not end.",
    `Look at pg_stat_activity for ${name}, end it, and see at which revision the database is.`,
  );
}

/** How many are connected under this step's name. */
export async function countSessions(ctx: Context): Promise<number> {
  return look(ctx, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1 AND datname = $2",
      [sessionName(ctx), ctx.settings.database],
    );
    return rows[0]?.count ?? 0;
  });
}

/** Watches, until `stop`, whether this step's session waits for a lock, and says who holds it. */
export function watchLocks(ctx: Context): { stop: () => Promise<string | null> } {
  const ended = new AbortController();
  let holder: string | null = null;
  const watching = look(ctx, async (client) => {
    while (!ended.signal.aborted) {
      const { rows } = await client.query<{ pid: number; application: string; state: string; since: string }>(
        `SELECT holder.pid, holder.application_name AS application, coalesce(holder.state, 'unknown') AS state,
                to_char(holder.xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS') AS since
         FROM pg_stat_activity AS waiting
         CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking(pid)
         JOIN pg_stat_activity AS holder ON holder.pid = blocking.pid
         WHERE waiting.application_name = $1 LIMIT 1`,
        [sessionName(ctx)],
      );
      const [row] = rows;
      if (row !== undefined) {
        const name = row.application === "" ? "no name" : ctx.redact(row.application);
        const found = `process ${row.pid} of PostgreSQL (${name}, ${row.state}, its transaction since ${row.since} UTC)`;
        if (found !== holder) ctx.log(`It waits for a lock that is held by ${found}.`);
        holder = found;
      }
      await delay(500, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }).catch((error: unknown) => {
    // Only who holds the lock stays unknown.
    if (!(error instanceof Fault)) throw error;
  });
  return {
    stop: async () => {
      ended.abort();
      await watching;
      return holder;
    },
  };
}
