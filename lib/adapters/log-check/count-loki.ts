import type { AdapterContext } from "#lib/adapters/contract.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Settings } from "#lib/adapters/log-check/schema.ts";
import { readSeries } from "#lib/adapters/prometheus-answer.ts";

type Loki = NonNullable<Settings["loki"]>;

/** The two questions: lines that match, and all lines. */
export function lokiQueries({ pattern, ignoreCase, windowSeconds }: Settings, { selector }: Loki) {
  const expression = JSON.stringify(ignoreCase ? `(?i)${pattern}` : pattern);
  const count = (lines: string): string => `sum(count_over_time(${lines} [${windowSeconds}s]))`;
  return { matches: count(`${selector} |~ ${expression}`), lines: count(selector) };
}

/** Has Loki count. Where nothing matches it answers with no series, which is 0 as long as there are lines. Throws Fault. */
export async function countLoki(ctx: AdapterContext<Settings>, loki: Loki) {
  const { settings, secrets, http, signal, redact } = ctx;
  const token = secrets["token"];
  const now = `${Date.now()}000000`;
  const ask = async (query: string): Promise<number> => {
    const search = new URLSearchParams({ query, time: now }).toString();
    const answer = await http({
      method: "GET",
      url: `${under(loki.url, "/loki/api/v1/query")}?${search}`,
      headers: {
        accept: "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(loki.tenant !== undefined && { "x-scope-orgid": loki.tenant }),
      },
      timeoutMs: settings.timeoutMs,
      signal,
    });
    const found = readSeries(answer, "Loki", redact);
    return found.reduce((sum, { points }) => sum + (points.at(-1)?.value ?? 0), 0);
  };
  const queries = lokiQueries(settings, loki);
  const [matches, lines] = [await ask(queries.matches), await ask(queries.lines)];
  return { lines, matches, samples: [], unseen: null, hasTimes: true, isEmpty: lines === 0 };
}
