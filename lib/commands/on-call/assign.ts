import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { AssignOnCall, shiftSpan } from "#lib/domain/on-call.ts";
import { newId } from "#lib/platform/id.ts";
import { findOperator } from "#lib/queries/authority/find-operator.ts";
import { shiftView } from "#lib/queries/on-call/shift-view.ts";

/**
 * Puts somebody on call for a system. Shifts may overlap; those that do are in the answer. Throws INVALID for a span
 * that begins in the past, ends before it begins or is longer than 31 days, and for somebody who is no operator there.
 */
export const assignOnCall = command({
  name: "on-call.assign",
  input: AssignOnCall,
  load: (_tx, { system }) => Promise.resolve({ place: { system, protected: false }, loaded: null }),
  run: async ({ tx, actor, input, now }) => {
    const { system } = input;
    const asked = shiftSpan(input, now);
    if (!asked.ok) {
      const { path, message } = asked.fault;
      throw new Refusal("INVALID", `${path}: ${message}`, { errors: [asked.fault] });
    }
    const { startsAt, endsAt } = asked.span;
    const person = await findOperator(tx, { reference: input.user, system, path: "user", now });
    const overlaps = await tx.onCallShift.findMany({
      where: { system, revokedAt: null, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } },
      include: { user: true },
      orderBy: { startsAt: "asc" },
      take: 20,
    });
    const shift = await tx.onCallShift.create({
      data: { id: newId("ocs"), userId: person.id, system, startsAt, endsAt, createdBy: actor.id },
      include: { user: true },
    });
    const span = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
    const data = { shift: shift.id, name: person.name, email: person.email, system, ...span };
    return {
      result: { ...shiftView(shift), overlaps: overlaps.map(shiftView) },
      events: [{ type: "on_call.assigned", subject: { kind: "user", id: person.id }, data }],
    };
  },
});
