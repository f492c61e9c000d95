import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import { isHealthyWord } from "#lib/adapters/health-word.ts";
import { errorRateOf } from "#lib/adapters/http-blue-green/error-rate.ts";
import type {
  Limit,
  Nothing,
  Settings,
  Wanted,
  WantedVersion,
} from "#lib/adapters/http-blue-green/schema.ts";
import { call, isAt, readStatus, refused, shown } from "#lib/adapters/http-blue-green/target.ts";
import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";

type Context = AdapterContext<Settings>;
const isSuccess = (answer: HttpAnswer): boolean => answer.status >= 200 && answer.status < 300;

export const captureExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const { current, idle, history } = await readStatus(ctx);
  const last = history.slice(-5).map((entry) => `${entry.at ?? "?"} ${entry.environment} ${entry.version}`);
  return [
    evidence(
      "Environments",
      true,
      `${shown(current)} serves; idle: ${idle === null ? "not shown" : shown(idle)}.`,
    ),
    evidence("Deployment history", true, last.length === 0 ? "The target shows none." : last.join("; ")),
  ];
});

export const confirmExecutor = checkExecutor<Settings, Wanted>(async (ctx, desired) => {
  const { current, idle } = await readStatus(ctx);
  if (isAt(current, desired)) return [evidence("Wanted version", true, `${shown(desired)} serves already.`)];
  if (idle === null || !isAt(idle, desired))
    return [
      evidence(
        "Wanted version",
        false,
        `The idle environment is ${idle === null ? "not shown" : shown(idle)}.`,
      ),
    ];
  if (idle.isHealthy === false)
    throw notYet("IDLE_UNHEALTHY", `The idle environment ${shown(idle)} is not healthy.`);
  const health = idle.isHealthy === null ? "its health is not shown" : "it is healthy";
  return [evidence("Wanted version", true, `The idle environment holds it: ${shown(idle)}; ${health}.`)];
});

export const versionExecutor = checkExecutor<Settings, Wanted>(async (ctx, desired) => {
  const { current } = await readStatus(ctx);
  return [evidence("Version that serves", isAt(current, desired), `The target shows ${shown(current)}.`)];
});

export const healthExecutor = checkExecutor<Settings, WantedVersion>(async (ctx, desired) => {
  const { healthPath } = ctx.settings;
  const answer = await call(ctx, healthPath);
  if (!isSuccess(answer)) throw notHealthy(ctx, answer);
  const body = parseJson(answer.body);
  const fields = ["health", "status", "state", "healthy"].map((key) => atJsonPath(body, key));
  const word =
    body === undefined ? answer.body.trim() : fields.find((value) => isHealthyWord(value) !== null);
  if (isHealthyWord(word) !== true) throw notHealthy(ctx, answer);
  const version = atJsonPath(body, "version");
  if (typeof version === "string" && version !== desired.version)
    throw notYet(
      "WRONG_VERSION",
      `${healthPath} answers for ${excerpt(version, 80)}, not ${desired.version}.`,
    );
  return [evidence("Health", true, `${healthPath} answered ${answer.status}, ${excerpt(String(word), 40)}.`)];
});

export const coreExecutor = checkExecutor<Settings, Nothing>(async (ctx) => {
  const answer = await query(ctx, ctx.settings.timeoutMs);
  const where = ctx.settings.queryPath ?? "";
  if (!isSuccess(answer)) {
    const { message } = refused(ctx, `POST ${where}`, answer);
    throw notYet("CORE_FAILS", message);
  }
  return [
    evidence("Core functionality", true, `${where} answered ${answer.status}: ${excerptOf(ctx, answer)}`),
  ];
});

export const performanceExecutor = checkExecutor<Settings, Limit>(async (ctx, { most }) => {
  const times: number[] = [];
  for (let sample = 0; sample < 5; sample++) {
    const { milliseconds } = await (ctx.settings.queryPath === undefined
      ? call(ctx, ctx.settings.healthPath, { timeoutMs: most + 1000 })
      : query(ctx, most + 1000));
    times.push(milliseconds);
    if (milliseconds >= most)
      throw notYet("TOO_SLOW", `A response took ${milliseconds} ms; the limit is ${most} ms.`);
  }
  return [
    evidence(
      "Response time",
      true,
      `Slowest of ${times.length}: ${Math.max(...times)} ms (limit ${most} ms).`,
    ),
  ];
});

export const errorRateExecutor = checkExecutor<Settings, Limit>(async (ctx, { most }) => {
  const { metricsPath = "", errorRateName } = ctx.settings;
  const answer = await call(ctx, metricsPath);
  if (!isSuccess(answer)) throw refused(ctx, `GET ${metricsPath}`, answer);
  const rate = errorRateOf(answer.body, errorRateName);
  if (rate === undefined || (rate !== null && (rate < 0 || rate > 1)))
    throw new Fault(
      "permanent",
      "NO_ERROR_RATE",
      `${metricsPath} shows no error rate between 0 and 1. Seen: ${excerptOf(ctx, answer)}`,
      "Name the field or the metric in the setting errorRateName; it is a fraction, not a percentage.",
    );
  if (rate === null) throw notYet("NOT_MEASURED", "The error rate is not measured yet; unknown is not good.");
  if (rate >= most)
    throw notYet("ERROR_RATE", `${percent(rate)} of the requests fail; the limit is ${percent(most)}.`);
  return [evidence("Error rate", true, `${percent(rate)} of the requests fail (limit ${percent(most)}).`)];
});

function query(ctx: Context, timeoutMs: number): Promise<HttpAnswer> {
  const { queryPath = "", queryBody } = ctx.settings;
  return call(ctx, queryPath, { method: "POST", body: JSON.stringify(queryBody), timeoutMs }).catch(
    (error: unknown): never => {
      // The query changes nothing, so an answer that was lost is no uncertainty.
      if (error instanceof Fault && error.kind === "unknown") throw notYet(error.code, error.message);
      throw error;
    },
  );
}

const excerptOf = (ctx: Context, answer: HttpAnswer): string => excerpt(ctx.redact(answer.body), 200);
const percent = (rate: number): string => `${Number((rate * 100).toFixed(2))} %`;

function notHealthy(ctx: Context, answer: HttpAnswer): Fault {
  return notYet(
    "NOT_HEALTHY",
    `${ctx.settings.healthPath} answered ${answer.status}: ${excerptOf(ctx, answer)}`,
  );
}

function notYet(code: string, message: string): Fault {
  return new Fault(
    "transient",
    code,
    message,
    "Look at the target's own log; this is checked again within its limit.",
  );
}
