import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { RevokeOnCall } from "#lib/domain/on-call.ts";
import { shiftView } from "#lib/queries/on-call/shift-view.ts";

/**
 * Ends a shift now, or takes it off the roster before it begins. Approvals that were given on it no longer stand.
 * Throws NOT_FOUND, WRONG_STATE when it is over.
 */
export const revokeOnCall = command({
  name: "on-call.revoke",
  input: RevokeOnCall,
  load: async (tx, input) => {
    await tx.$queryRaw`SELECT id FROM on_call_shift WHERE id = ${input.shift} FOR UPDATE`;
    const shift = await tx.onCallShift.findUnique({ where: { id: input.shift }, include: { user: true } });
    if (!shift) throw new Refusal("NOT_FOUND", "There is no shift with this id.");
    return { place: { system: shift.system, protected: false }, loaded: shift };
  },
  run: async ({ tx, actor, loaded: shift, now }) => {
    if (shift.revokedAt) throw new Refusal("WRONG_STATE", "This shift was already ended.");
    if (shift.endsAt <= now) throw new Refusal("WRONG_STATE", "This shift is over.");
    const ended = await tx.onCallShift.update({
      where: { id: shift.id },
      data: { revokedAt: now, revokedBy: actor.id },
      include: { user: true },
    });
    const { name, email } = shift.user;
    const data = {
      shift: shift.id,
      name,
      email,
      system: shift.system,
      startsAt: shift.startsAt.toISOString(),
    };
    return {
      result: shiftView(ended),
      events: [{ type: "on_call.revoked", subject: { kind: "user", id: shift.userId }, data }],
    };
  },
});
