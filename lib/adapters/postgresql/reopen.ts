import type { Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { alone, findDatabases, inCatalog, type Found } from "#lib/adapters/postgresql/catalog.ts";
import { inTransaction } from "#lib/adapters/postgresql/connections.ts";
import { commentOn } from "#lib/adapters/postgresql/mark.ts";
import { quoted } from "#lib/adapters/postgresql/names.ts";
import type { Closed, Settings } from "#lib/adapters/postgresql/schema.ts";
import type { Context, Sql } from "#lib/adapters/postgresql/server.ts";

/** `isShut`: closed, still under its name, and by nobody but this rollback. */
export type ReopenObserved = { oid: number | null; isShut: boolean; state: string };

/**
 * Opens the database that this rollback has closed, by its OID, while it has its name still. After the swap the old
 * database has another name and stays closed.
 */
export const reopenExecutor: Executor<Settings, Closed, ReopenObserved> = {
  observe: (ctx, desired) => inCatalog(ctx, (sql) => look(sql, desired)),
  stable: ({ oid, state }) => ({ oid, state }),
  isDone: (_desired, { isShut }) => !isShut,
  apply: (ctx, desired) => alone(ctx, (sql) => open(ctx, sql, desired)),
  verify: async (ctx, desired) => {
    const { isShut, state } = await inCatalog(ctx, (sql) => look(sql, desired));
    return [evidence("Connections", !isShut, `${desired.database} ${state}.`)];
  },
};

async function look(sql: Sql, desired: Closed): Promise<ReopenObserved> {
  const [found] = await findDatabases(sql, [], [desired.oid]);
  return {
    oid: found?.oid ?? null,
    isShut: found !== undefined && isShut(found, desired),
    ...said(found, desired),
  };
}

function isShut({ isOpen, name, mark }: Found, desired: Closed): boolean {
  return !isOpen && name === desired.database && (mark === null || mark.rollback === desired.rollback);
}

function said(found: Found | undefined, desired: Closed): { state: string } {
  if (found === undefined) return { state: "is no longer there" };
  if (found.name !== desired.database) return { state: `was given up: the old one is kept as ${found.name}` };
  if (found.isOpen) return { state: "accepts connections" };
  return isShut(found, desired)
    ? { state: "refuses connections" }
    : { state: "is kept closed by another rollback" };
}

async function open(ctx: Context, sql: Sql, desired: Closed): Promise<Receipt> {
  const [found] = await findDatabases(sql, [], [desired.oid]);
  if (found === undefined || !isShut(found, desired))
    return { changed: false, summary: `${desired.database} ${said(found, desired).state}.`, data: {} };
  await inTransaction(sql, [
    `ALTER DATABASE ${quoted(found.name)} ALLOW_CONNECTIONS true`,
    commentOn(found.name, found.text, null),
  ]);
  ctx.log(`${found.name} accepts connections again.`);
  return { changed: true, summary: `${found.name} accepts connections again.`, data: { oid: desired.oid } };
}
