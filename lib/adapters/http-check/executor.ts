import { isDeepStrictEqual } from "node:util";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { evidence, excerpt } from "#lib/adapters/evidence.ts";
import type { Settings } from "#lib/adapters/http-check/schema.ts";
import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";

type Context = AdapterContext<Settings>;

/** Whatever is not yet as expected is a transient fault: it is looked at again within the step's limit. */
export const checkHttp = checkExecutor<Settings, CheckDesired>(async (ctx, desired) => {
  const { settings } = ctx;
  let slowest = 0;
  let last: HttpAnswer | undefined;
  for (let sample = 0; sample < settings.count; sample++) {
    last = await ask(ctx);
    slowest = Math.max(slowest, last.milliseconds);
    const wrong = faultIn(settings, desired, last);
    if (wrong !== null)
      throw notYet(
        "CHECK_FAILED",
        `${settings.title}: ${wrong} Seen: ${excerpt(ctx.redact(last.body), 200)}`,
      );
  }
  const answers = settings.count === 1 ? "1 answer" : `${settings.count} answers in a row`;
  return [
    evidence(
      settings.title,
      true,
      `${answers} with status ${last?.status ?? "none"}, the slowest in ${slowest} ms.`,
    ),
  ];
});

async function ask({ settings, secrets, http, signal }: Context): Promise<HttpAnswer> {
  const { method, body } = settings;
  const token = secrets["token"];
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  try {
    return await http({
      method,
      url: settings.url,
      headers: {
        ...(text !== undefined && typeof body !== "string" && { "content-type": "application/json" }),
        ...settings.headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(method === "POST" && text !== undefined && { body: text }),
      timeoutMs: settings.timeoutMs,
      signal,
    });
  } catch (error) {
    // A check changes nothing, so an answer that was lost is no uncertainty.
    if (error instanceof Fault && error.kind === "unknown") throw notYet(error.code, error.message);
    throw error;
  }
}

/** A sentence on the first thing that is not as expected, or null. */
function faultIn(settings: Settings, desired: CheckDesired, answer: HttpAnswer): string | null {
  const { status, body, milliseconds } = answer;
  if (settings.status === undefined ? status < 200 || status >= 300 : !settings.status.includes(status))
    return `the status is ${status}.`;
  if (settings.maxMilliseconds !== undefined && milliseconds > settings.maxMilliseconds)
    return `it took ${milliseconds} ms; the limit is ${settings.maxMilliseconds} ms.`;
  if (settings.bodyContains !== undefined && !body.includes(settings.bodyContains))
    return "the answer does not hold the expected text.";
  if (settings.json.length === 0) return null;
  const document = parseJson(body);
  if (document === undefined) return "the answer is not JSON.";
  for (const { path, equals, equalsVersion } of settings.json) {
    const found = atJsonPath(document, path);
    if (found === undefined) return `there is nothing at ${path}.`;
    if (equals !== undefined && !isDeepStrictEqual(found, equals)) return `${path} is not as expected.`;
    if (equalsVersion && found !== desired.version) return `${path} is not the version ${desired.version}.`;
  }
  return null;
}

function notYet(code: string, message: string): Fault {
  return new Fault(
    "transient",
    code,
    message,
    "It is checked again within its limit; look at the service's own log.",
  );
}
