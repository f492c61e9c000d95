import type { Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { requireSame, sourceName } from "#lib/adapters/postgresql/backup.ts";
import {
  alone,
  findDatabases,
  inCatalog,
  majorVersion,
  type Found,
} from "#lib/adapters/postgresql/catalog.ts";
import { fill, type Fill } from "#lib/adapters/postgresql/fill.ts";
import { soundness } from "#lib/adapters/postgresql/integrity.ts";
import { recoverDump } from "#lib/adapters/postgresql/recovery.ts";
import { shownRows } from "#lib/adapters/postgresql/rows.ts";
import type { Restored, Settings } from "#lib/adapters/postgresql/schema.ts";
import { ownPlace, withSql, type Context, type Sql } from "#lib/adapters/postgresql/server.ts";
import { Fault } from "#lib/domain/errors.ts";

/** `restored`: the whole new database, under whichever of its two names. */
export type RestoreObserved = { oldOid: number | null; restored: "none" | "part" | "whole" };

/** Restores a backup, or the cluster's state of a moment, into a new database beside the old one, which it leaves alone. */
export const restoreExecutor: Executor<Settings, Restored, RestoreObserved> = {
  observe: (ctx, desired) => inCatalog(ctx, (sql) => look(sql, desired)),
  stable: ({ oldOid }) => ({ oldOid }),
  isDone: (_desired, { restored }) => restored === "whole",
  apply: (ctx, desired) => alone(ctx, (sql) => restore(ctx, sql, desired)),
  verify: async (ctx, desired) => {
    const found = await inCatalog(ctx, (sql) => findRestored(sql, desired));
    if (found?.mark?.state !== "complete")
      return [evidence("Restored database", false, `${desired.newName} is not there as a whole.`)];
    const said = `${found.name} was restored from ${found.mark.source ?? ""}: ${shownRows(found.mark.rows ?? {})}.`;
    const sound = await withSql(ctx, ownPlace(ctx), found.name, (sql) => soundness(ctx, sql));
    return [evidence("Restored database", true, said), ...sound];
  },
};

async function look(sql: Sql, desired: Restored): Promise<RestoreObserved> {
  const [old] = await findDatabases(sql, [], [desired.oldOid]);
  const found = await findRestored(sql, desired);
  const restored = found === null ? "none" : found.mark?.state === "complete" ? "whole" : "part";
  return { oldOid: old?.oid ?? null, restored };
}

/** Under its own name, or under the name that it has taken since. */
async function findRestored(sql: Sql, desired: Restored): Promise<Found | null> {
  const found = await findDatabases(sql, [desired.newName, desired.database]);
  const source = sourceName(desired.source);
  const isIt = ({ mark }: Found): boolean =>
    mark?.role === "restored" && mark.rollback === desired.rollback && mark.source === source;
  return found.find(isIt) ?? null;
}

async function restore(ctx: Context, sql: Sql, desired: Restored): Promise<Receipt> {
  const before = await look(sql, desired);
  const receipt = (changed: boolean, summary: string): Receipt => ({
    changed,
    summary,
    data: { database: desired.newName, source: sourceName(desired.source) },
  });
  if (before.restored === "whole") return receipt(false, `${desired.newName} is restored already.`);
  const [old] = await findDatabases(sql, [], [desired.oldOid]);
  if (old === undefined)
    throw new Fault(
      "permanent",
      "OLD_DATABASE_GONE",
      `The database that the plan saw as ${desired.database} is not there any more.`,
      "Somebody has dropped it. Nothing was changed. Make a new plan.",
    );
  const major = await majorVersion(sql);
  const wanted: Omit<Fill, "file" | "rows"> = {
    place: ownPlace(ctx),
    name: desired.newName,
    mark: { rollback: desired.rollback, role: "restored", source: sourceName(desired.source) },
    likeOid: desired.oldOid,
    text: old.text,
    major,
  };
  if (desired.source.kind === "dump") {
    await requireSame(ctx, desired.source);
    const rows = await fill(ctx, sql, { ...wanted, file: desired.source.file, rows: desired.source.rows });
    return receipt(true, `${desired.newName} is restored and whole: ${shownRows(rows)}.`);
  }
  const { source, rollback } = desired;
  const rows = await recoverDump(ctx, sql, { source, rollback, major }, (dump) =>
    fill(ctx, sql, { ...wanted, file: dump.file, rows: dump.rows }),
  );
  return receipt(true, `${desired.newName} has ${source.moment ?? source.label}: ${shownRows(rows)}.`);
}
