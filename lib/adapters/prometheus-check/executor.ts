import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import type { AdapterContext, Inspection } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";
import { readSeries } from "#lib/adapters/prometheus-answer.ts";
import type { Series } from "#lib/adapters/prometheus-answer.ts";
import { judge } from "#lib/adapters/prometheus-check/judge.ts";
import type { Settings } from "#lib/adapters/prometheus-check/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

const maxBytes = 8 * 1024 * 1024;
/** How often a stretch of time is looked at; Prometheus itself seldom sees more. */
const mostPoints = 60;

/** Not good and not known are transient both: it is asked again within the step's limit, and then has failed. */
export const checkPrometheus = checkExecutor<Settings, CheckDesired>(async (ctx) => {
  const { settings } = ctx;
  const now = Date.now() / 1000;
  const [found, earlier] = await Promise.all([
    settings.heldSeconds === 0 ? askAt(ctx, now) : askHeld(ctx, now),
    settings.baseline === undefined ? null : askAt(ctx, now - settings.baseline.secondsAgo),
  ]);
  const { kind, detail } = judge(
    settings,
    found,
    earlier && lastValues(earlier),
    pointsOf(settings.heldSeconds),
  );
  const said = ctx.redact(detail);
  if (kind === "good") return [evidence(settings.title, true, said)];
  throw new Fault(
    "transient",
    kind === "bad" ? "CHECK_FAILED" : "NO_DATA",
    `${settings.title}: ${said}`,
    kind === "bad"
      ? "It is checked again within its limit; look at the service's own graphs."
      : "Unknown is not good. See that the service is scraped, and that the query names what it exports.",
  );
});

/** Whether Prometheus answers, in which version, and whether it takes the query; not whether the value is good. */
export async function inspectPrometheus(ctx: Context): Promise<Inspection> {
  const found = await askAt(ctx, Date.now() / 1000);
  const about = await get(ctx, "/api/v1/status/buildinfo", {});
  const version = atJsonPath(parseJson(about.body), "data.version");
  const who = typeof version === "string" ? `Prometheus ${version}` : "What answers there";
  const some = found.length === 0 ? "no series now" : `${found.length} series`;
  return {
    tools: [],
    evidence: [evidence("Prometheus takes the query", true, ctx.redact(`${who} answers it with ${some}.`))],
    current: null,
    history: [],
  };
}

const stepOf = (heldSeconds: number): number => Math.max(1, Math.ceil(heldSeconds / mostPoints));
const pointsOf = (heldSeconds: number): number =>
  heldSeconds === 0 ? 1 : Math.floor(heldSeconds / stepOf(heldSeconds)) + 1;

async function askAt(ctx: Context, time: number): Promise<Series[]> {
  const { query } = ctx.settings;
  return readSeries(
    await get(ctx, "/api/v1/query", { query, time: time.toFixed(3) }),
    "Prometheus",
    ctx.redact,
  );
}

async function askHeld(ctx: Context, now: number): Promise<Series[]> {
  const { query, heldSeconds } = ctx.settings;
  const step = stepOf(heldSeconds);
  const start = now - step * (pointsOf(heldSeconds) - 1);
  const asked = { query, start: start.toFixed(3), end: now.toFixed(3), step: String(step) };
  return readSeries(await get(ctx, "/api/v1/query_range", asked), "Prometheus", ctx.redact);
}

function get({ settings, secrets, http, signal }: Context, path: string, query: Record<string, string>) {
  const { token, password } = secrets;
  const basic = settings.user === undefined || password === undefined ? null : `${settings.user}:${password}`;
  const search = new URLSearchParams(query).toString();
  return http({
    method: "GET",
    url: under(settings.url, path) + (search === "" ? "" : `?${search}`),
    headers: {
      accept: "application/json",
      ...(basic !== null
        ? { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }
        : token !== undefined
          ? { authorization: `Bearer ${token}` }
          : {}),
    },
    timeoutMs: settings.timeoutMs,
    maxBytes,
    signal,
  });
}

function lastValues(found: readonly Series[]): Map<string, number> {
  return new Map(found.map(({ name, points }) => [name, points.at(-1)?.value ?? Number.NaN]));
}
