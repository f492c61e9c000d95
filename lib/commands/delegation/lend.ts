import { command } from "#lib/commands/command.ts";
import { LendRole, loanEndFault } from "#lib/domain/delegation.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { covers } from "#lib/domain/role.ts";
import { newId } from "#lib/platform/id.ts";
import { findOperator } from "#lib/queries/authority/find-operator.ts";
import { delegationView } from "#lib/queries/delegation/delegation-view.ts";

/**
 * Lends a role that the lender holds by themselves to somebody by name, until a time; it counts for approvals alone.
 * Throws FORBIDDEN for a role that is not held, INVALID for a bad end or for somebody who is no operator there.
 */
export const lendRole = command({
  name: "delegation.lend",
  input: LendRole,
  load: (_tx, { system }) => Promise.resolve({ place: { system, protected: false }, loaded: null }),
  run: async ({ tx, actor, input, role: held, now }) => {
    const { role, system, reason } = input;
    if (actor.kind !== "user") throw new Refusal("FORBIDDEN", "A person lends a role.");
    if (held === null || !covers(held, role)) {
      const message = `You do not hold the role ${role.replace("_", " ")} there yourself. Nothing was changed.`;
      throw new Refusal("FORBIDDEN", message);
    }
    const endsAt = new Date(input.endsAt);
    const fault = loanEndFault(endsAt, now);
    if (fault) refuse("endsAt", fault);
    const person = await findOperator(tx, { reference: input.to, system, path: "to", now });
    if (person.id === actor.id) refuse("to", "A role is lent to somebody else.");
    const loan = await tx.delegation.create({
      data: { id: newId("del"), fromUserId: actor.id, toUserId: person.id, role, system, reason, endsAt },
      include: { from: true, to: true },
    });
    const data = {
      delegation: loan.id,
      name: person.name,
      email: person.email,
      lender: actor.name,
      role,
      system,
      reason,
      endsAt: endsAt.toISOString(),
    };
    return {
      result: delegationView(loan),
      events: [
        {
          type: "delegation.lent",
          subject: { kind: "user", id: person.id },
          also: [{ kind: "user", id: actor.id }],
          data,
        },
      ],
    };
  },
});

function refuse(path: string, message: string): never {
  throw new Refusal("INVALID", `${path}: ${message}`, { errors: [{ path, message }] });
}
