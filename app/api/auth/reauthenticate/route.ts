import { reauthenticate } from "#lib/commands/user/reauthenticate.ts";
import { answerAsActor } from "#lib/web/session-answer.ts";

export const dynamic = "force-dynamic";

export const POST = (request: Request): Promise<Response> =>
  answerAsActor(request, ({ actor, body, address }) => reauthenticate(actor, body, address));
