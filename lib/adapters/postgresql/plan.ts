import path from "node:path";
import type { Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { namedBackup, shownSource, sourceName } from "#lib/adapters/postgresql/backup.ts";
import {
  findDatabases,
  inCatalog,
  majorVersion,
  noSuch,
  type Found,
} from "#lib/adapters/postgresql/catalog.ts";
import { closeExecutor, type CloseObserved } from "#lib/adapters/postgresql/connections.ts";
import { dumpExecutor, type DumpObserved } from "#lib/adapters/postgresql/dump.ts";
import { requireRoom } from "#lib/adapters/postgresql/file-print.ts";
import { migrationHead } from "#lib/adapters/postgresql/integrity.ts";
import { derivedName, dumpFile, rollbackWord } from "#lib/adapters/postgresql/names.ts";
import { restoreExecutor, type RestoreObserved } from "#lib/adapters/postgresql/restore.ts";
import { rowsToLose } from "#lib/adapters/postgresql/rows.ts";
import type {
  AtHead,
  Closed,
  Counted,
  Kept,
  Restored,
  Sound,
  Source,
  Swapped,
  Verified,
} from "#lib/adapters/postgresql/schema.ts";
import { ownPlace, withSql, type Context } from "#lib/adapters/postgresql/server.ts";
import { swapExecutor, type SwapObserved } from "#lib/adapters/postgresql/swap.ts";
import { Fault } from "#lib/domain/errors.ts";

type Here = { major: number; own: Found };

export async function planVerify(ctx: Context, request: PlanRequest): Promise<Planned<Verified, null>> {
  const { major } = await look(ctx);
  const source = await backupOf(ctx, request, major);
  const rollback = rollbackWord(request.rollback);
  return {
    title: `Verify ${shownSource(source)}, taken at ${source.takenAt}, and see what is in it`,
    desired: { rollback, source, scratch: derivedName(ctx.settings.database, "verify", request.rollback) },
    observed: null,
  };
}

export async function planDump(ctx: Context, request: PlanRequest): Promise<Planned<Kept, DumpObserved>> {
  const { own } = await look(ctx);
  const { database, dumpFolder } = ctx.settings;
  await requireRoom(dumpFolder, 0);
  const file = dumpFile(ctx.settings, request.rollback);
  const desired = { rollback: rollbackWord(request.rollback), database, oid: own.oid, file };
  return {
    title: `Save ${database} as it is now to ${path.basename(file)}`,
    desired,
    observed: await dumpExecutor.observe(ctx, desired),
  };
}

/** For dumps, and under either name for a state of the cluster. */
export async function planRestore(
  ctx: Context,
  request: PlanRequest,
  operation: "restore-new" | "point-in-time",
): Promise<Planned<Restored, RestoreObserved> | null> {
  const { named } = request;
  if (named !== null && !named.includes(operation)) return null;
  const { major, own } = await look(ctx);
  const source = await backupOf(ctx, request, major);
  const fits = operation === (source.kind === "dump" ? "restore-new" : "point-in-time");
  const other = operation === "restore-new" ? "point-in-time" : "restore-new";
  if (!fits) {
    if (named === null || named.includes(other)) return null;
    if (source.kind === "dump")
      throw new Fault(
        "permanent",
        "NOT_A_MOMENT",
        `The deployment names the dump ${shownSource(source)}, which is no moment to go back to.`,
        "Report the deployment with a moment such as 2026-01-02T03:04:05Z, or take a procedure that restores a backup.",
      );
  }
  const { database } = ctx.settings;
  const newName = derivedName(database, "restored", request.rollback);
  const oldName = derivedName(database, "before", request.rollback);
  const desired = { rollback: rollbackWord(request.rollback), database, oldOid: own.oid, newName, source };
  const rows = source.kind === "dump" ? source.rows : null;
  return {
    title: `Restore ${shownSource(source)}, of ${source.takenAt}, into the new database ${newName}`,
    desired,
    observed: await restoreExecutor.observe(ctx, desired),
    dataLossFrom: source.takenAt,
    notReverted: [
      ...(await lost(ctx, source.takenAt, rows)),
      {
        what: `What was written to ${database} since ${source.takenAt}`,
        why: `It is not in the backup. It stays in ${oldName}, which is kept, and in the emergency dump.`,
      },
    ],
  };
}

async function lost(ctx: Context, since: string, rows: Parameters<typeof rowsToLose>[2]) {
  try {
    return await rowsToLose(ctx, since, rows);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [{ what: "Newer rows, not counted", why: error.message }];
  }
}

export async function planClose(ctx: Context, request: PlanRequest): Promise<Planned<Closed, CloseObserved>> {
  const { own } = await look(ctx);
  const desired = {
    rollback: rollbackWord(request.rollback),
    database: own.name,
    oid: own.oid,
    wasOpen: own.isOpen,
  };
  return {
    title: `End every session on ${own.name} and accept no new one`,
    desired,
    observed: await closeExecutor.observe(ctx, desired),
  };
}

export async function planSwap(ctx: Context, request: PlanRequest): Promise<Planned<Swapped, SwapObserved>> {
  const { major, own } = await look(ctx);
  const source = await backupOf(ctx, request, major);
  const { database } = ctx.settings;
  const desired = {
    rollback: rollbackWord(request.rollback),
    database,
    oldOid: own.oid,
    oldName: derivedName(database, "before", request.rollback),
    newName: derivedName(database, "restored", request.rollback),
    source: sourceName(source),
  };
  const observed = await swapExecutor.observe(ctx, desired);
  const taken = await inCatalog(ctx, (sql) => findDatabases(sql, [desired.oldName]));
  if (taken.length > 0)
    throw new Fault(
      "permanent",
      "NAME_TAKEN",
      `There is a database ${desired.oldName} already.`,
      "Rename it or ask its owner: the old database is kept under that name.",
    );
  return {
    title: `Give ${desired.newName} the name ${database}, and keep the old database as ${desired.oldName}`,
    desired,
    observed,
  };
}

export async function planSound(ctx: Context): Promise<Planned<Sound, null>> {
  const { database, integrity } = ctx.settings;
  await look(ctx);
  const queries = integrity.length === 0 ? "" : ` and ${integrity.length} queries of its own`;
  return {
    title: `Check constraints and indexes of ${database}${queries}`,
    desired: { database },
    observed: null,
  };
}

export async function planCount(ctx: Context, request: PlanRequest): Promise<Planned<Counted, null>> {
  const { database } = ctx.settings;
  const { major } = await look(ctx);
  const { named } = request;
  const isRestored = named === null || named.some((one) => one === "restore-new" || one === "point-in-time");
  const source: Source | null = isRestored ? await backupOf(ctx, request, major) : null;
  const baseline = source?.kind === "dump" ? source.rows : null;
  return {
    title:
      baseline === null
        ? `Count the rows of ${database}`
        : `Count the rows of ${database} against the backup's`,
    desired: {
      database,
      baseline,
      dump:
        named === null || named.includes("emergency-dump") ? dumpFile(ctx.settings, request.rollback) : null,
    },
    observed: null,
  };
}

/** Where the deployment tells a migration and the database keeps such a table. */
export async function planHead(ctx: Context, request: PlanRequest): Promise<Planned<AtHead, null> | null> {
  const { database } = ctx.settings;
  const head = request.to.artifacts.migrationHead;
  if (head === null) return null;
  const own = await look(ctx);
  if (!own.own.isOpen) return null;
  const found = await withSql(ctx, ownPlace(ctx), database, migrationHead);
  if (found === null) return null;
  return {
    title: `Verify that the schema stands at the migration ${head}`,
    desired: { database, head },
    observed: null,
  };
}

const seen = new WeakMap<Context, Promise<Here>>();
const backups = new WeakMap<Context, Map<string, Promise<Source>>>();

/** The backup is read once for all operations that are planned together: they share a context. */
function backupOf(ctx: Context, request: PlanRequest, major: number): Promise<Source> {
  const known = backups.get(ctx) ?? new Map<string, Promise<Source>>();
  backups.set(ctx, known);
  const key = `${request.rollback}\n${request.to.version}\n${request.to.artifacts.backup ?? ""}`;
  const found = known.get(key) ?? namedBackup(ctx, request, major);
  known.set(key, found);
  return found;
}

/** As `lookHere`, once for all operations that are planned together. */
function look(ctx: Context): Promise<Here> {
  const found = seen.get(ctx) ?? lookHere(ctx);
  seen.set(ctx, found);
  return found;
}

/** The server's version and the database, as they are. Throws Fault for a standby and for a database that is not there. */
function lookHere(ctx: Context): Promise<Here> {
  const { settings } = ctx;
  return inCatalog(ctx, async (sql) => {
    const [server] = await sql.rows<{ standby: boolean }>("SELECT pg_is_in_recovery() AS standby");
    if (server?.standby === true)
      throw new Fault(
        "permanent",
        "READ_ONLY",
        `${settings.host}:${settings.port} is a standby, and nothing can be restored there.`,
        "Name the primary in the settings.",
      );
    const [own] = await findDatabases(sql, [settings.database]);
    if (own === undefined) throw noSuch(settings);
    return { major: await majorVersion(sql), own };
  });
}
