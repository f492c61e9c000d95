import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

/** Ends a rollback that nobody carried on. Throws WRONG_STATE when it is not over its time after all. */
export const expireRollback = command({
  name: "rollback.expire",
  input: z.strictObject({ id: z.string(), untouchedSince: z.date() }),
  async load(tx, input) {
    return { place: null, loaded: await lockRollback(tx, input.id) };
  },
  async run({ tx, input, loaded, now }) {
    const { rollback, state, subject, also } = loaded;
    const isForgotten = state === "draft" && rollback.touchedAt < input.untouchedSince;
    const isOver =
      (state === "awaiting_approval" || state === "approved") &&
      rollback.expiresAt !== null &&
      rollback.expiresAt <= now;
    if (!isForgotten && !isOver) throw new Refusal("WRONG_STATE", "This rollback is not over its time.");
    await tx.rollback.update({
      where: { id: rollback.id },
      data: { state: "expired", outcome: "expired", endedAt: now },
    });
    const reason = isForgotten
      ? "Nobody touched the draft in time."
      : state === "approved"
        ? "Nobody executed it while the approval stood."
        : "Nobody decided on it in time.";
    return {
      result: null,
      events: [{ type: "rollback.expired", subject, also, data: { from: state, reason } }],
    };
  },
});
