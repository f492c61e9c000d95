import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { DebtKind } from "#lib/domain/emergency.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { loadDebt } from "#lib/commands/review/load-debt.ts";

const words: Record<DebtKind, string> = { review: "review", documentation: "documentation" };

/** Tells every admin, once, that what an emergency left to be done is overdue. Throws WRONG_STATE when there is nothing to tell. */
export const escalateReview = command({
  name: "review.escalate",
  input: z.strictObject({ review: z.string().max(100) }),
  async load(tx, input) {
    const { loaded } = await loadDebt(tx, input.review);
    return { place: null, loaded };
  },
  async run({ tx, loaded: { review, rollback, system, streams }, now }) {
    if (review.doneAt !== null || review.escalatedAt !== null || review.dueAt > now) {
      throw new Refusal("WRONG_STATE", "This debt is not overdue, or that was told before.");
    }
    const kind = DebtKind.parse(review.kind);
    const owner = await tx.user.findUniqueOrThrow({ where: { id: review.userId } });
    const admins = await tx.user.findMany({
      where: {
        disabledAt: null,
        grants: {
          some: {
            role: "admin",
            system: { in: ["*", system] },
            OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
          },
        },
      },
      select: { id: true, name: true },
      orderBy: { name: "asc" },
    });
    const number = `RB-${rollback.number}`;
    const told = [...admins, ...(admins.some(({ id }) => id === owner.id) ? [] : [owner])];
    await tx.notification.createMany({
      data: told.map(({ id }) => ({
        userId: id,
        kind: "review_overdue",
        text: `Overdue: the ${words[kind]} of the emergency ${number}, owed by ${owner.name}.`,
        link: `/rollbacks/${number}#debts`,
      })),
    });
    await tx.review.update({ where: { id: review.id }, data: { escalatedAt: now } });
    const data = {
      rollback: rollback.id,
      number,
      kind,
      owedBy: owner.id,
      name: owner.name,
      dueAt: review.dueAt.toISOString(),
      told: told.map(({ name }) => name),
    };
    return {
      result: { id: review.id },
      events: [{ type: "review.overdue", subject: { kind: "review", id: review.id }, also: streams, data }],
    };
  },
});
