import { command } from "#lib/commands/command.ts";
import { RevokeDelegation } from "#lib/domain/delegation.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { delegationView } from "#lib/queries/delegation/delegation-view.ts";

/**
 * Ends a loan now: by whoever lent the role, whoever was lent it, or an admin there. Approvals that were given by it no
 * longer stand. Throws NOT_FOUND, FORBIDDEN, WRONG_STATE when it is over.
 */
export const revokeDelegation = command({
  name: "delegation.revoke",
  input: RevokeDelegation,
  load: async (tx, input) => {
    await tx.$queryRaw`SELECT id FROM delegation WHERE id = ${input.delegation} FOR UPDATE`;
    const loan = await tx.delegation.findUnique({
      where: { id: input.delegation },
      include: { from: true, to: true },
    });
    if (!loan) throw new Refusal("NOT_FOUND", "There is no delegation with this id.");
    return { place: { system: loan.system, protected: false }, loaded: loan };
  },
  run: async ({ tx, actor, loaded: loan, role, now }) => {
    if (loan.revokedAt) throw new Refusal("WRONG_STATE", "This delegation was already ended.");
    if (loan.endsAt <= now) throw new Refusal("WRONG_STATE", "This delegation is over.");
    const isTheirs = actor.id === loan.fromUserId || actor.id === loan.toUserId;
    if (!isTheirs && role !== "admin" && actor.kind === "user")
      throw new Refusal("FORBIDDEN", "The lender, the borrower or an admin ends a delegation.");
    const ended = await tx.delegation.update({
      where: { id: loan.id },
      data: { revokedAt: now, revokedBy: actor.id },
      include: { from: true, to: true },
    });
    const { name, email } = loan.to;
    const { role: lent, system } = loan;
    const data = { delegation: loan.id, name, email, lender: loan.from.name, role: lent, system };
    return {
      result: delegationView(ended),
      events: [
        {
          type: "delegation.revoked",
          subject: { kind: "user", id: loan.toUserId },
          also: [{ kind: "user", id: loan.fromUserId }],
          data,
        },
      ],
    };
  },
});
