import type { UserActor } from "#lib/domain/actor.ts";
import { createLog } from "#lib/platform/log.ts";
import { readBody } from "#lib/web/body.ts";
import { clientAddress } from "#lib/web/client-address.ts";
import { problemAnswer, problemOf } from "#lib/web/problem.ts";
import { apiHeaders } from "#lib/web/security-headers.ts";
import { authenticate } from "#lib/web/session.ts";

type Asked = { actor: UserActor; body: unknown; address: string | null };

/** Answers a JSON request of a signed-in person about themselves. Troubles become problem documents. */
export async function answerAsActor(
  request: Request,
  work: (asked: Asked) => Promise<Record<string, unknown>>,
): Promise<Response> {
  try {
    const actor = await authenticate(request);
    const { value: body } = await readBody(request);
    const result = await work({ actor, body, address: clientAddress(request.headers) });
    return Response.json(result, { headers: apiHeaders });
  } catch (error) {
    return problemAnswer(problemOf(error, createLog("session")), apiHeaders);
  }
}
