import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import { passOn, tell } from "#lib/commands/duty/pass-on.ts";
import { Duty, DutySubject } from "#lib/domain/duty.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { lockDuty, standingOf } from "#lib/queries/duty/load.ts";

/**
 * Accepts or declines: whoever holds the duty, where somebody asked for it; whoever it was offered to, where it was.
 * Throws WRONG_STATE when nothing is to be answered, FORBIDDEN when somebody else answers.
 */
export const answerHandOver = command({
  name: "duty.answer",
  input: z.strictObject({
    kind: DutySubject,
    id: z.string().max(64),
    duty: Duty,
    answer: z.enum(["accept", "decline"]),
    reason: z.string().trim().min(1).max(2000).optional(),
  }),
  async load(tx, input) {
    const loaded = await lockDuty(tx, input);
    return { place: loaded.place, loaded };
  },
  async run({ tx, actor, input, loaded, now }): Promise<Outcome<{ state: "accepted" | "declined" }>> {
    const { request, over, holderId, duty, place, subject, also } = loaded;
    if (over !== null) throw new Refusal("WRONG_STATE", `${over} Nothing was changed.`);
    if (request === null) throw new Refusal("WRONG_STATE", "Nobody asks for it now. Nothing was changed.");
    const isOffer = request.askedById !== request.toUserId;
    if (actor.id !== (isOffer ? request.toUserId : holderId)) {
      throw new Refusal(
        "FORBIDDEN",
        isOffer
          ? "It was offered to somebody else, who answers."
          : "Whoever holds it answers. Nothing was changed.",
      );
    }
    const by = actor.kind === "user" ? actor.name : actor.id;
    if (input.answer === "decline") {
      await tx.handOver.update({ where: { id: request.id }, data: { state: "declined", answeredAt: now } });
      await tell(tx, loaded, request.askedById, `${by} declined.`);
      const data = { duty, from: holderId, to: request.toUserId, reason: input.reason ?? null };
      return { result: { state: "declined" }, events: [{ type: "duty.declined", subject, also, data }] };
    }
    const to = await standingOf(tx, request.toUserId, place.system, now);
    if (!to.isActive || !to.isOperator) {
      throw new Refusal("WRONG_STATE", `${to.name} may not act here any more. Nothing was changed.`);
    }
    await tx.handOver.update({ where: { id: request.id }, data: { state: "accepted", answeredAt: now } });
    await tell(tx, loaded, request.askedById, `${by} accepted.`);
    const event = await passOn(
      tx,
      loaded,
      { id: request.toUserId, name: to.name },
      "accepted",
      request.reason,
    );
    return { result: { state: "accepted" }, events: [event] };
  },
});
