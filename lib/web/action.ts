import { headers } from "next/headers";
import type { UserActor } from "#lib/domain/actor.ts";
import type { Json } from "#lib/domain/json.ts";
import { createLog } from "#lib/platform/log.ts";
import { checkText } from "#lib/web/body.ts";
import { requestKey, type RequestKey } from "#lib/web/idempotency-header.ts";
import { problemOf, type Problem } from "#lib/web/problem.ts";
import { authenticate } from "#lib/web/session.ts";

export type ActionAnswer<R> = { ok: true; result: R } | { ok: false; problem: Problem };

const log = createLog("action");

/**
 * Makes a server action of a command: the session's person acts, and a refusal comes back as a value. With a `key` (one
 * per form, kept over retries) the command runs once. Never throws.
 */
export function action<I, R>(perform: (actor: UserActor, input: I, idempotency?: RequestKey) => Promise<R>) {
  return async function act(input: I, key?: string): Promise<ActionAnswer<R>> {
    try {
      const actor = await authenticate({ method: "POST", headers: await headers() });
      checkText(input);
      const idempotency = key === undefined ? undefined : requestKey(key, actor.id, "action", input as Json);
      return { ok: true, result: await perform(actor, input, idempotency) };
    } catch (error) {
      return { ok: false, problem: problemOf(error, log) };
    }
  };
}
