import type { Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { alone, findDatabases, inCatalog, type Found } from "#lib/adapters/postgresql/catalog.ts";
import { inTransaction } from "#lib/adapters/postgresql/connections.ts";
import { commentOn } from "#lib/adapters/postgresql/mark.ts";
import { derivedName, quoted } from "#lib/adapters/postgresql/names.ts";
import type { Closed, Settings } from "#lib/adapters/postgresql/schema.ts";
import type { Context, Sql } from "#lib/adapters/postgresql/server.ts";

/**
 * `isShut`: closed, still under its name, and by nobody but this rollback. `isAsWanted`: it is open, has given its name to
 * the restored one, or is closed as it was before this rollback came. What is neither only a person can settle.
 */
export type ReopenObserved = { oid: number | null; isShut: boolean; isAsWanted: boolean; state: string };

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
    const { isAsWanted, state } = await inCatalog(ctx, (sql) => look(sql, desired));
    return [evidence("Connections", isAsWanted, `${desired.database} ${state}.`)];
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
  const isOurs = mark === null ? desired.wasOpen : mark.rollback === desired.rollback;
  return !isOpen && name === desired.database && isOurs;
}

function said(found: Found | undefined, desired: Closed): Pick<ReopenObserved, "isAsWanted" | "state"> {
  if (found === undefined) return { isAsWanted: false, state: "is no longer there" };
  if (found.name === derivedName(desired.database, "before", desired.rollback))
    return { isAsWanted: true, state: `was given up: the old one is kept as ${found.name}` };
  if (found.name !== desired.database)
    return { isAsWanted: false, state: `was renamed to ${found.name}, and not by this rollback` };
  if (found.isOpen) return { isAsWanted: true, state: "accepts connections" };
  if (isShut(found, desired)) return { isAsWanted: false, state: "refuses connections" };
  return found.mark === null
    ? { isAsWanted: true, state: "was closed before this rollback came, and stays closed" }
    : { isAsWanted: false, state: "is kept closed by another rollback" };
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
