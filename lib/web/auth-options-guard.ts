import { Refusal } from "#lib/domain/errors.ts";
import { createLog } from "#lib/platform/log.ts";
import { assertSameOrigin } from "#lib/web/origin.ts";
import { problemAnswer, problemOf } from "#lib/web/problem.ts";

const maxBytes = 16 * 1024;

/** Before next-auth reads anything: forms from other sites and oversized ones are refused. Null lets the request pass. */
export function guardAuthRequest(request: Request): Response | null {
  if (request.method === "GET") return null;
  try {
    assertSameOrigin(request);
    const length = Number(request.headers.get("content-length") ?? "0");
    const isUnannounced = request.headers.has("transfer-encoding");
    if (isUnannounced || length > maxBytes)
      throw new Refusal("TOO_LARGE", "A sign-in form is not that large.");
    return null;
  } catch (error) {
    return problemAnswer(problemOf(error, createLog("sign-in")));
  }
}
