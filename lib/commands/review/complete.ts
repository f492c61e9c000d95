import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

const CompleteReview = z.strictObject({
  review: z.string().min(1).max(100),
  text: z
    .string()
    .trim()
    .min(20, "Write at least a sentence: what was skipped, and was it right?")
    .max(20_000),
});

/** Pays the debt that an emergency left, with what the review found. Throws NOT_FOUND, WRONG_STATE when it is paid. */
export const completeReview = command({
  name: "review.complete",
  input: CompleteReview,
  load: loadReview,
  run: async ({ tx, actor, input: { text }, loaded: { review, rollback }, now }) => {
    if (review.doneAt) throw new Refusal("WRONG_STATE", "This review was already completed.");
    await tx.review.update({ where: { id: review.id }, data: { doneAt: now, doneById: actor.id, text } });
    const wasOverdue = review.dueAt <= now;
    return {
      result: { id: review.id, doneAt: now.toISOString(), wasOverdue },
      events: [
        {
          type: "review.completed",
          subject: { kind: "review", id: review.id },
          data: { rollback: rollback.id, owedBy: review.userId, text, wasOverdue },
          also: [
            { kind: "rollback", id: rollback.id },
            ...(rollback.incidentId ? [{ kind: "incident" as const, id: rollback.incidentId }] : []),
          ],
        },
      ],
    };
  },
});

async function loadReview(tx: Tx, input: z.output<typeof CompleteReview>) {
  await tx.$executeRaw`SELECT 1 FROM review WHERE id = ${input.review} FOR UPDATE`;
  const review = await tx.review.findUnique({ where: { id: input.review } });
  if (!review) throw new Refusal("NOT_FOUND", "There is no such review.");
  const rollback = await tx.rollback.findUniqueOrThrow({ where: { id: review.rollbackId } });
  const service = await tx.service.findUniqueOrThrow({
    where: { id: rollback.serviceId },
    include: { environments: { where: { name: rollback.environment } } },
  });
  const place = { system: service.system, protected: service.environments[0]?.protected ?? true };
  return { place, loaded: { review, rollback } };
}
