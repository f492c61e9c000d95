import type pg from "pg";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { withPostgres } from "#lib/adapters/postgres-connection.ts";
import type { Settings } from "#lib/adapters/sql-check/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Of a query that would write, that is no SELECT, or that is several. */
const writes = new Set(["25006", "42P11", "0A000"]);

/** Runs something within one transaction that cannot write. Throws Fault; of a look nothing is ever uncertain. */
export async function reading<R>(
  ctx: AdapterContext<Settings>,
  work: (client: pg.Client) => Promise<R>,
): Promise<R> {
  const { settings } = ctx;
  try {
    return await withPostgres(
      ctx,
      settings,
      async (client) => {
        await client.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        await client.query(`SET LOCAL statement_timeout = ${settings.timeoutMs}`);
        return work(client).catch((error: unknown) => {
          throw ownFault(error, settings.timeoutMs) ?? error;
        });
      },
      "lastgood-check",
    );
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
    throw new Fault(
      "transient",
      error.code,
      error.message,
      "It only looks; it is asked again within its limit.",
    );
  }
}

function ownFault(error: unknown, timeoutMs: number): Fault | null {
  const state = error instanceof Error && "code" in error ? String(error.code) : "";
  if (state === "57014")
    return new Fault(
      "transient",
      "TIMEOUT",
      `The query did not end within ${timeoutMs} ms and was stopped.`,
      "Make it cheaper, or give it more time in the settings.",
    );
  if (writes.has(state))
    return new Fault(
      "permanent",
      "ONLY_READS",
      "The query would change something, so the database refused it.",
      "A check is one SELECT and nothing else.",
    );
  return null;
}
