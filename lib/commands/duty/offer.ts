import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { tell } from "#lib/commands/duty/pass-on.ts";
import { Duty, DutySubject, lapsesAt } from "#lib/domain/duty.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { newId } from "#lib/platform/id.ts";
import { lockDuty, standingOf } from "#lib/queries/duty/load.ts";

/** Offers one's duty to somebody by name. It passes on when they accept, and never without. */
export const offerDuty = command({
  name: "duty.offer",
  input: z.strictObject({
    kind: DutySubject,
    id: z.string().max(64),
    duty: Duty,
    to: z.string().max(64),
    reason: z.string().trim().min(1).max(2000).optional(),
  }),
  async load(tx, input) {
    const loaded = await lockDuty(tx, input);
    return { place: loaded.place, loaded };
  },
  async run({ tx, actor, input, loaded, now }) {
    const { duty, holderId, over, request, place, subject, also } = loaded;
    const { to, reason = null } = input;
    if (over !== null) throw new Refusal("WRONG_STATE", `${over} Nothing was changed.`);
    if (holderId !== actor.id) {
      throw new Refusal("WRONG_STATE", "Only whoever holds a duty hands it over. Ask for it instead.");
    }
    if (request !== null)
      throw new Refusal("WRONG_STATE", "Somebody asked for it, or it is offered already.");
    const person = await standingOf(tx, to, place.system, now);
    if (to === actor.id || !person.isActive || !person.isOperator) {
      const message = to === actor.id ? "You hold it yourself." : "Name somebody who may act here.";
      throw new Refusal("INVALID", `to: ${message}`, { errors: [{ path: "to", message }] });
    }
    const until = lapsesAt(now);
    await tx.handOver.create({
      data: {
        id: newId("hov"),
        incidentId: loaded.kind === "incident" ? loaded.id : null,
        rollbackId: loaded.kind === "rollback" ? loaded.id : null,
        duty,
        fromUserId: holderId,
        toUserId: to,
        askedById: holderId,
        reason,
        state: "asked",
        askedAt: now,
        takesEffectAt: until,
      },
    });
    const by = actor.kind === "user" ? actor.name : actor.id;
    await tell(tx, loaded, to, `${by} wants to hand it over to you.`);
    const data = { duty, from: holderId, to, toName: person.name, lapsesAt: until.toISOString(), reason };
    return { result: { state: "offered" }, events: [{ type: "duty.offered", subject, also, data }] };
  },
});
