import { changeOwnPassword } from "#lib/commands/user/change-password.ts";
import { answerAsActor } from "#lib/web/session-answer.ts";

export const dynamic = "force-dynamic";

export const POST = (request: Request): Promise<Response> =>
  answerAsActor(request, ({ actor, body, address }) => changeOwnPassword(actor, body, address));
