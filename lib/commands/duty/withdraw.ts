import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { Duty, DutySubject } from "#lib/domain/duty.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { lockDuty } from "#lib/queries/duty/load.ts";

/** Takes back what one asked for or offered. */
export const withdrawHandOver = command({
  name: "duty.withdraw",
  input: z.strictObject({ kind: DutySubject, id: z.string().max(64), duty: Duty }),
  async load(tx, input) {
    const loaded = await lockDuty(tx, input);
    return { place: loaded.place, loaded };
  },
  async run({ tx, actor, loaded, now }) {
    const { request, duty, holderId, subject, also } = loaded;
    if (request?.askedById !== actor.id) {
      throw new Refusal("WRONG_STATE", "There is nothing of yours to take back.");
    }
    await tx.handOver.update({ where: { id: request.id }, data: { state: "withdrawn", answeredAt: now } });
    const data = { duty, from: holderId, to: request.toUserId, because: "taken back" };
    return { result: { state: "withdrawn" }, events: [{ type: "duty.withdrawn", subject, also, data }] };
  },
});
