import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import { passOn, tell } from "#lib/commands/duty/pass-on.ts";
import { Duty, DutySubject } from "#lib/domain/duty.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { lockDuty, standingOf, vacancy } from "#lib/queries/duty/load.ts";

/**
 * Ends a request that nobody answered: it takes effect when its time has come or whoever holds the duty is gone; an
 * offer lapses. Throws WRONG_STATE while there is time left, and when somebody was first.
 */
export const settleHandOver = command({
  name: "duty.settle",
  input: z.strictObject({ kind: DutySubject, id: z.string(), duty: Duty, handOver: z.string() }),
  async load(tx, input) {
    return { place: null, loaded: await lockDuty(tx, input) };
  },
  async run({ tx, input, loaded, now }): Promise<Outcome<{ state: "taken" | "withdrawn" }>> {
    const { request, over, duty, holderId, place, subject, also } = loaded;
    if (request?.id !== input.handOver) throw new Refusal("WRONG_STATE", "It was answered already.");
    const isOffer = request.askedById !== request.toUserId;
    const isDue = request.takesEffectAt <= now;
    const to = await standingOf(tx, request.toUserId, place.system, now);
    const because =
      over !== null ? "it is over" : !to.isActive || !to.isOperator ? "whoever asked is gone" : null;
    if (because !== null || (isOffer && isDue)) {
      await tx.handOver.update({ where: { id: request.id }, data: { state: "withdrawn", answeredAt: now } });
      const data = { duty, from: holderId, to: request.toUserId, because: because ?? "nobody answered" };
      return { result: { state: "withdrawn" }, events: [{ type: "duty.withdrawn", subject, also, data }] };
    }
    const vacant = isOffer ? null : await vacancy(tx, loaded, now);
    if (isOffer || (!isDue && vacant === null))
      throw new Refusal("WRONG_STATE", "There is time left to answer.");
    await tx.handOver.update({ where: { id: request.id }, data: { state: "taken", answeredAt: now } });
    await tell(tx, loaded, request.toUserId, "It is yours now.");
    if (holderId !== null) await tell(tx, loaded, holderId, `${to.name} has taken it over.`);
    const person = { id: request.toUserId, name: to.name };
    const event = await passOn(tx, loaded, person, vacant ?? "unanswered", request.reason);
    return { result: { state: "taken" }, events: [event] };
  },
});
