import type pg from "pg";
import { z } from "zod";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import { distanceToBad, holds, shownNumber } from "#lib/adapters/comparison.ts";
import type { AdapterContext, Inspection } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { reading } from "#lib/adapters/sql-check/reading.ts";
import type { Settings } from "#lib/adapters/sql-check/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
type Row = { name: string; value: number | null };

const mostRows = 1000;
const named = 5;

export const checkSql = checkExecutor<Settings, CheckDesired>(async (ctx) => {
  const { settings } = ctx;
  const { title, comparison, baseline } = settings;
  const { rows, bound } = await reading(ctx, async (client) => ({
    bound: baseline === undefined ? (settings.limit ?? Number.NaN) : await boundOf(client, baseline),
    rows: await rowsOf(client, settings.query),
  }));
  const unknown = (what: string): Fault =>
    new Fault(
      "transient",
      "NO_DATA",
      `${title}: ${what}`,
      "Unknown is not good. See that the query gives a number in the last column of each row.",
    );
  if (bound === null) throw unknown("The baseline query gives no number.");
  const limit = `${comparison} ${shownNumber(bound)}`;
  const shown = ({ name, value }: Row) => `${name} is ${value === null ? "no number" : shownNumber(value)}`;
  if (rows.length < settings.rows) throw unknown(`${rows.length} of ${settings.rows} rows came.`);
  const bad = rows.filter(({ value }) => value !== null && !holds(value, comparison, bound));
  const silent = rows.filter(({ value }) => value === null);
  const those = (bad.length > 0 ? bad : silent).slice(0, named).map(shown).join("; ");
  const listed = ctx.redact(excerpt(those, 1000));
  if (bad.length > 0)
    throw new Fault(
      "transient",
      "CHECK_FAILED",
      `${title}: ${listed}${more(bad.length)}, and not ${limit}.`,
      "It is checked again within its limit; look at the data.",
    );
  if (silent.length > 0) throw unknown(`${listed}${more(silent.length)}.`);
  const worst = rows.reduce((a, b) => (distance(a) <= distance(b) ? a : b));
  const of = rows.length === 1 ? "" : ` It is the worst of ${rows.length} rows.`;
  return [evidence(title, true, ctx.redact(`${shown(worst)}, ${limit}.${of}`))];

  function distance({ value }: Row): number {
    return distanceToBad(value ?? Number.NaN, comparison, bound ?? Number.NaN);
  }
});

/** Whether the database answers and takes the query; not whether the value is good. */
export async function inspectSql(ctx: Context): Promise<Inspection> {
  const version = await reading(ctx, async (client) => {
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    await rowsOf(client, ctx.settings.query);
    return rows[0]?.server_version ?? "unknown";
  });
  const detail = `PostgreSQL ${version} answers the query to ${ctx.settings.user}.`;
  return {
    tools: [],
    evidence: [evidence("The database takes the query", true, detail)],
    current: null,
    history: [],
  };
}

const more = (count: number): string => (count > named ? `; and ${count - named} more rows` : "");

async function boundOf(
  client: pg.Client,
  { query, multiple }: NonNullable<Settings["baseline"]>,
): Promise<number | null> {
  const value = (await rowsOf(client, query))[0]?.value ?? null;
  return value === null ? null : value * multiple;
}

const Fetched = z.array(z.object({ row: z.string() }));

/**
 * A cursor takes a SELECT and nothing else, the extended protocol one statement and no more; and the server cuts what
 * it sends, so that no row is larger than 4000 characters.
 */
async function rowsOf(client: pg.Client, query: string): Promise<Row[]> {
  const inner = query.replace(/[;\s]+$/, "");
  const text = `DECLARE lastgood_check NO SCROLL CURSOR FOR
    SELECT left(row_to_json(found)::text, 4000) AS row FROM (${inner}\n) AS found`;
  // The types of pg do not know the extended protocol without values.
  await client.query({ text, queryMode: "extended" } as pg.QueryConfig);
  const { rows } = await client.query(`FETCH ${mostRows + 1} FROM lastgood_check`);
  await client.query("CLOSE lastgood_check");
  const found = Fetched.parse(rows);
  if (found.length > mostRows)
    throw new Fault(
      "permanent",
      "TOO_MANY_ROWS",
      `The query gives more than ${mostRows} rows.`,
      "Let it count or aggregate, and give what is to be compared.",
    );
  return found.map(({ row }) => toRow(row));
}

function toRow(text: string): Row {
  const cells = cellsOf(text);
  const [, last] = cells.at(-1) ?? [];
  const name = cells
    .slice(0, -1)
    .map(([, value]) => String(value))
    .join(" ");
  const number = typeof last === "boolean" ? Number(last) : typeof last === "number" ? last : Number.NaN;
  return {
    name: name === "" ? "the value" : excerpt(name, 200),
    value: Number.isNaN(number) ? null : number,
  };
}

function cellsOf(text: string): [string, unknown][] {
  try {
    return Object.entries(JSON.parse(text) as Record<string, unknown>);
  } catch (error) {
    // Longer than what is looked at: there is no number in it that could be told.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
