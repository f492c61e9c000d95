import { Refusal, refusals, type FieldError, type RefusalCode } from "#lib/domain/errors.ts";
import type { Json } from "#lib/domain/json.ts";
import { errorCodes, isUnreachable } from "#lib/platform/db/transact.ts";
import { newId } from "#lib/platform/id.ts";
import type { Log } from "#lib/platform/log.ts";

/** RFC 9457, with a stable `code`. What a refusal adds (such as the number of the rollback that holds the lock) stands beside. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: RefusalCode;
  instance?: string;
  errors?: FieldError[];
  [extra: string]: Json | undefined;
};

/** A value that passed the schema but that PostgreSQL cannot hold: a date before its calendar, a number beyond its type. */
const dataException = /^22[0-9A-Z]{3}$|^P2000$|^P2020$/;

/**
 * What a caller is told about an error. A refusal is told as it is; anything unexpected is logged whole under an id,
 * and only the id is told.
 */
export function problemOf(error: unknown, log: Log): Problem {
  if (error instanceof Refusal) return told(error);
  if (errorCodes(error).some((code) => dataException.test(code))) {
    log.warn({ err: error }, "a value that cannot be stored");
    return told(new Refusal("INVALID", "The input holds a value that cannot be stored."));
  }
  if (isUnreachable(error)) {
    log.error({ err: error }, "the database cannot be reached");
    return told(
      new Refusal(
        "AUDIT_UNAVAILABLE",
        "The database cannot be reached, so nothing was done. Try again shortly.",
      ),
    );
  }
  const id = newId("err");
  log.error({ err: error, instance: id }, "something broke");
  return {
    ...told(new Refusal("BROKEN", `This was not expected. It was logged under the id ${id}.`)),
    instance: `urn:lastgood:error:${id}`,
  };
}

/** A problem as an HTTP answer, never to be cached. */
export function problemAnswer(problem: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json; charset=utf-8", ...headers },
  });
}

/** A refusal as a problem document. */
export function told(refusal: Refusal): Problem {
  const { status, title } = refusals[refusal.code];
  return {
    ...refusal.extra,
    type: `urn:lastgood:problem:${refusal.code}`,
    title,
    status,
    detail: refusal.message,
    code: refusal.code,
    ...(refusal.errors.length > 0 ? { errors: [...refusal.errors] } : {}),
  };
}
