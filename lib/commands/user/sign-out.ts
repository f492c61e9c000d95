import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { sha256 } from "#lib/platform/hash.ts";

/** Ends the session that this secret opens, whatever its person may or may not do. */
export async function signOut(secret: string): Promise<void> {
  await endSession({ kind: "system", id: "web" }, { sessionId: sha256(secret) });
}

const endSession = command({
  name: "user.sign-out",
  input: z.strictObject({ sessionId: z.string() }),
  load: async (tx, { sessionId }) => ({
    place: null,
    loaded: await tx.session.findUnique({ where: { id: sessionId }, include: { user: true } }),
  }),
  run: async ({ tx, loaded: session, now }) => {
    const { count } = await tx.session.updateMany({
      where: { id: session?.id ?? "", revokedAt: null },
      data: { revokedAt: now },
    });
    if (!session || count === 0) throw new Refusal("NOT_FOUND", "This session has already ended.");
    const data = { email: session.user.email, session: session.id };
    return {
      result: null,
      events: [{ type: "user.signed_out", subject: { kind: "user", id: session.userId }, data }],
    };
  },
});
