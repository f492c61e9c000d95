import type { Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { alone, findDatabases, inCatalog, type Found } from "#lib/adapters/postgresql/catalog.ts";
import { inTransaction, sessionsOf, shownSessions } from "#lib/adapters/postgresql/connections.ts";
import { commentOn } from "#lib/adapters/postgresql/mark.ts";
import { quoted } from "#lib/adapters/postgresql/names.ts";
import type { Settings, Swapped } from "#lib/adapters/postgresql/schema.ts";
import type { Context, Sql } from "#lib/adapters/postgresql/server.ts";
import { Fault } from "#lib/domain/errors.ts";

/** OID of the database under the name, and where the old one and the restored one are. */
export type SwapObserved = { current: number | null; old: string | null; restored: string | null };

/** Both names change in one transaction: there is always exactly one database under the name. The old one is kept. */
export const swapExecutor: Executor<Settings, Swapped, SwapObserved> = {
  observe: (ctx, desired) => inCatalog(ctx, (sql) => look(sql, desired)),
  stable: ({ current }) => ({ current }),
  isDone: (desired, seen) => seen.old === desired.oldName && seen.restored === desired.database,
  apply: (ctx, desired) => alone(ctx, (sql) => swap(ctx, sql, desired)),
  verify: async (ctx, desired) => {
    const seen = await inCatalog(ctx, (sql) => look(sql, desired));
    const has = seen.restored === desired.database;
    const kept = seen.old === desired.oldName;
    return [
      evidence("Restored database", has, `It is called ${seen.restored ?? "nothing: it is not there"}.`),
      evidence("Old database", kept, `It is kept as ${seen.old ?? "nothing: it is not there"}, closed.`),
    ];
  },
};

async function look(sql: Sql, desired: Swapped): Promise<SwapObserved> {
  const found = await find(sql, desired);
  return {
    current: found.find((one) => one.name === desired.database)?.oid ?? null,
    old: found.find((one) => one.oid === desired.oldOid)?.name ?? null,
    restored: found.find((one) => isRestored(one, desired))?.name ?? null,
  };
}

const find = (sql: Sql, desired: Swapped): Promise<Found[]> =>
  findDatabases(sql, [desired.database, desired.oldName, desired.newName], [desired.oldOid]);

const isRestored = ({ mark }: Found, desired: Swapped): boolean =>
  mark?.role === "restored" &&
  mark.state === "complete" &&
  mark.rollback === desired.rollback &&
  mark.source === desired.source;

async function swap(ctx: Context, sql: Sql, desired: Swapped): Promise<Receipt> {
  const found = await find(sql, desired);
  const receipt = (changed: boolean, summary: string): Receipt => ({
    changed,
    summary,
    data: { database: desired.database, kept: desired.oldName },
  });
  const restored = found.find((one) => isRestored(one, desired));
  const old = found.find((one) => one.oid === desired.oldOid);
  const kept = `The old database is kept as ${desired.oldName}`;
  if (restored?.name === desired.database && old?.name === desired.oldName)
    return receipt(false, `The restored database has the name already. ${kept}.`);
  if (restored?.name !== desired.newName)
    throw new Fault(
      "permanent",
      "NOT_RESTORED",
      `There is no database ${desired.newName} that this rollback has restored as a whole.`,
      "Restore it first. Nothing was renamed.",
    );
  if (old?.name !== desired.database)
    throw new Fault(
      "permanent",
      "DRIFT",
      `The database that the plan saw as ${desired.database} is called ${old?.name ?? "nothing: it is gone"}.`,
      "Somebody else has changed it. Nothing was renamed. Make a new plan.",
    );
  if (found.some((one) => one.name === desired.oldName))
    throw new Fault(
      "permanent",
      "NAME_TAKEN",
      `There is a database ${desired.oldName} already; the old one cannot be kept under that name.`,
      "Rename it or ask its owner. Nothing was renamed.",
    );
  await requireUnused(ctx, sql, old, restored);
  const at = new Date().toISOString();
  await inTransaction(sql, [
    commentOn(old.name, old.text, { rollback: desired.rollback, role: "before", state: "complete", at }),
    `ALTER DATABASE ${quoted(old.name)} ALLOW_CONNECTIONS false`,
    `ALTER DATABASE ${quoted(old.name)} RENAME TO ${quoted(desired.oldName)}`,
    `ALTER DATABASE ${quoted(restored.name)} RENAME TO ${quoted(desired.database)}`,
  ]);
  return receipt(
    true,
    `${desired.database} is the restored database. ${kept}, closed; to look into it: ALTER DATABASE ${quoted(desired.oldName)} ALLOW_CONNECTIONS true`,
  );
}

async function requireUnused(ctx: Context, sql: Sql, ...both: Found[]): Promise<void> {
  for (const one of both) {
    if ((await sessionsOf(sql, one.oid)) === 0) continue;
    const who = ctx.redact(await shownSessions(sql, one));
    throw new Fault(
      "transient",
      "IN_USE",
      `${one.name} is in use${who === "" ? "" : `: ${who}`}. Nothing was renamed.`,
      one.isOpen
        ? "Clients connect again at once: close the database first with the step that ends connections."
        : "See in pg_prepared_xacts and pg_stat_activity what holds it.",
    );
  }
}
