import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { loadDebt } from "#lib/commands/review/load-debt.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { covers } from "#lib/domain/role.ts";

const CompleteReview = z.strictObject({
  review: z.string().min(1).max(100),
  text: z
    .string()
    .trim()
    .min(20, "Write at least a sentence: what was skipped, and was it right?")
    .max(20_000),
});

/**
 * Pays a debt that an emergency left: the review with what it found, the documentation with the record. Whoever owes it
 * does, or a release manager. Throws NOT_FOUND, WRONG_STATE when it is paid.
 */
export const completeReview = command({
  name: "review.complete",
  input: CompleteReview,
  load: (tx, { review }) => loadDebt(tx, review),
  run: async ({ tx, actor, input: { text }, loaded: { review, rollback, streams }, role, now }) => {
    if (review.userId !== actor.id && (role === null || !covers(role, "release_manager"))) {
      throw new Refusal("FORBIDDEN", "Whoever owes it writes it, or a release manager. Nothing was changed.");
    }
    if (review.doneAt) throw new Refusal("WRONG_STATE", "This review was already completed.");
    await tx.review.update({ where: { id: review.id }, data: { doneAt: now, doneById: actor.id, text } });
    const { kind } = review;
    const wasOverdue = review.dueAt <= now;
    return {
      result: { id: review.id, doneAt: now.toISOString(), wasOverdue },
      events: [
        {
          type: "review.completed",
          subject: { kind: "review", id: review.id },
          data: { rollback: rollback.id, kind, owedBy: review.userId, text, wasOverdue },
          also: streams,
        },
      ],
    };
  },
});
