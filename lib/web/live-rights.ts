import type { IncomingMessage } from "node:http";
import { Refusal } from "#lib/domain/errors.ts";
import type { Log } from "#lib/platform/log.ts";
import { readableStream } from "#lib/queries/event/readable-stream.ts";
import type { LiveSocket } from "#lib/web/live-socket.ts";
import { problemOf, type Problem } from "#lib/web/problem.ts";
import { readActor } from "#lib/web/session.ts";

/**
 * Looks up again, for these connections, whether the session or token still stands and may still read what it watches; each
 * question is asked once, however many connections share it. Those that may not are told why and cut.
 */
export async function recheckRights(sockets: readonly LiveSocket[], log: Log): Promise<void> {
  const answers = new Map<string, Promise<Problem | null>>();
  const ask = (key: string, question: () => Promise<unknown>): Promise<Problem | null> => {
    const answer =
      answers.get(key) ??
      question().then(
        () => null,
        (error: unknown) => refused(error, log),
      );
    answers.set(key, answer);
    return answer;
  };
  await Promise.all(
    sockets.map(async (socket) => {
      const { actor, headers, subscriptions } = socket.data.guest;
      const who = JSON.stringify(actor.via);
      const problems = await Promise.all([
        ask(who, () => mustStillStand(headers)),
        ...[...subscriptions].map(([stream, { kind, id }]) =>
          ask(`${who} ${stream}`, () => readableStream(actor, kind, id)),
        ),
      ]);
      const problem = problems.find((found) => found !== null);
      if (!problem) return;
      socket.emit("revoked", problem);
      socket.disconnect(true);
    }),
  );
}

async function mustStillStand(headers: IncomingMessage["headers"]): Promise<void> {
  if ((await readActor(headers)) === null) {
    throw new Refusal("UNAUTHENTICATED", "This session or token has ended. Sign in again.");
  }
}

function refused(error: unknown, log: Log): Problem | null {
  if (error instanceof Refusal) return problemOf(error, log);
  // Without the database nothing can be sent either, so nothing leaks meanwhile.
  log.warn({ err: error }, "the rights of a connection could not be looked up");
  return null;
}
