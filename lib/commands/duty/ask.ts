import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import { passOn, tell } from "#lib/commands/duty/pass-on.ts";
import { Duty, DutySubject, dutyTitle, takesEffectAt } from "#lib/domain/duty.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { config } from "#lib/platform/config.ts";
import { newId } from "#lib/platform/id.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { lockDuty, vacancy, type LoadedDuty } from "#lib/queries/duty/load.ts";

type Asked = { state: "taken" | "asked"; takesEffectAt: string | null };

/**
 * Asks for a duty. Whoever holds it answers; without an answer it passes on after a while. Where nobody is there to be
 * asked it passes on at once. Throws WRONG_STATE where one holds it already, or another was first to ask.
 */
export const askForDuty = command({
  name: "duty.ask",
  input: z.strictObject({
    kind: DutySubject,
    id: z.string().max(64),
    duty: Duty,
    reason: z.string().trim().min(1).max(2000).optional(),
  }),
  async load(tx, input) {
    const loaded = await lockDuty(tx, input);
    return { place: loaded.place, loaded };
  },
  async run({ tx, actor, input, loaded, now }): Promise<Outcome<Asked>> {
    const { duty, holderId, over, request, subject, also } = loaded;
    const reason = input.reason ?? null;
    if (actor.kind !== "user") throw new Refusal("FORBIDDEN", "A person takes a duty over.");
    if (over !== null) throw new Refusal("WRONG_STATE", `${over} Nothing was changed.`);
    if (holderId === actor.id) throw new Refusal("WRONG_STATE", "You hold this duty already.");
    if (request !== null && request.toUserId !== actor.id) {
      const other = await tx.user.findUnique({ where: { id: request.toUserId } });
      throw new Refusal(
        "WRONG_STATE",
        request.askedById === request.toUserId
          ? `${other?.name ?? "Somebody"} asked first. Nothing was changed.`
          : `It is being handed over to ${other?.name ?? "somebody"}. Nothing was changed.`,
        { extra: { to: request.toUserId } },
      );
    }
    const why =
      request !== null && request.askedById === holderId ? "accepted" : await vacancy(tx, loaded, now);
    if (why !== null) {
      if (request) {
        const data = { state: why === "accepted" ? "accepted" : "taken", answeredAt: now };
        await tx.handOver.update({ where: { id: request.id }, data });
      }
      const event = await passOn(tx, loaded, actor, why, reason);
      await seen(tx, loaded, actor.id, now);
      if (holderId !== null) await tell(tx, loaded, holderId, `${actor.name} has taken it over.`);
      return { result: { state: "taken", takesEffectAt: null }, events: [event] };
    }
    if (request !== null) throw new Refusal("WRONG_STATE", "You have asked for it already.");
    const due = takesEffectAt(duty, loaded.state, now, config().handOverSeconds);
    await tx.handOver.create({
      data: {
        id: newId("hov"),
        incidentId: loaded.kind === "incident" ? loaded.id : null,
        rollbackId: loaded.kind === "rollback" ? loaded.id : null,
        duty,
        fromUserId: holderId,
        toUserId: actor.id,
        askedById: actor.id,
        reason,
        state: "asked",
        askedAt: now,
        takesEffectAt: due,
      },
    });
    if (holderId !== null) await tell(tx, loaded, holderId, `${actor.name} asks to take it over.`);
    const at = due.toISOString();
    const data = { duty, title: dutyTitle[duty], from: holderId, to: actor.id, takesEffectAt: at, reason };
    return {
      result: { state: "asked", takesEffectAt: at },
      events: [{ type: "duty.asked", subject, also, data }],
    };
  },
});

/** Whoever has just taken it is there, also before their page has said so: the next one has to ask. */
async function seen(tx: Tx, { kind, id }: LoadedDuty, userId: string, now: Date): Promise<void> {
  await tx.presence.upsert({
    where: { subjectKind_subjectId_userId: { subjectKind: kind, subjectId: id, userId } },
    create: { subjectKind: kind, subjectId: id, userId, seenAt: now },
    update: { seenAt: now },
  });
}
