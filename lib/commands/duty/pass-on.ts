import { dutyTitle, type Vacancy } from "#lib/domain/duty.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { LoadedDuty } from "#lib/queries/duty/load.ts";

/** How a duty came to its new holder. */
export type PassedBy = "accepted" | "unanswered" | Vacancy;

/** Writes the new holder of a duty. The event stands in the timelines of the incident and of its rollbacks. */
export async function passOn(
  tx: Tx,
  loaded: LoadedDuty,
  to: { id: string; name: string },
  by: PassedBy,
  reason: string | null,
): Promise<NewEvent> {
  const { kind, id, duty, holderId, subject, also } = loaded;
  if (kind === "rollback") await tx.rollback.update({ where: { id }, data: { driverId: to.id } });
  else {
    const field = duty === "commander" ? "commanderId" : "communicationsId";
    await tx.incident.update({ where: { id }, data: { [field]: to.id } });
  }
  const before = holderId === null ? null : await tx.user.findUnique({ where: { id: holderId } });
  return {
    type: "duty.changed",
    subject,
    also,
    data: { duty, from: holderId, fromName: before?.name ?? null, to: to.id, toName: to.name, by, reason },
  };
}

/** Leaves a notice about a duty for one person. */
export async function tell(tx: Tx, loaded: LoadedDuty, userId: string, lead: string): Promise<void> {
  const { kind, number, what, duty } = loaded;
  await tx.notification.create({
    data: {
      userId,
      kind: "hand_over",
      text: `${dutyTitle[duty]}, ${what}. ${lead}`,
      link: `/${kind}s/${number}`,
    },
  });
}
