import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { isReleasing, releaseSuffix } from "#lib/domain/release.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Rollback } from "#prisma/client.ts";

/** Throws WRONG_STATE while a worker opens what an aborted rollback keeps shut: that is the end of it already. */
export function refuseWhileReleasing(rollback: Rollback): void {
  if (!isReleasing(rollback)) return;
  throw new Refusal("WRONG_STATE", "This rollback is being ended: what it keeps shut is opened first.");
}

/** Throws WRONG_STATE where the opening waits for a person, unless this one says that it is to be left undone. */
export function refuseToLeaveShut(rollback: Rollback, asItIs: boolean): void {
  if (!isReleasing(rollback) || asItIs) return;
  throw new Refusal(
    "WRONG_STATE",
    "This rollback is being ended already, and a person was asked to open what it keeps shut. Look at it again: to end it as it is leaves that shut, and has to be said (asItIs).",
  );
}

/** Whoever goes on with a rollback that is being ended goes on with its end, and with nothing else. */
export function endOrGoOn(rollback: Rollback): { control?: null; controlReason?: null } {
  return isReleasing(rollback) ? {} : { control: null, controlReason: null };
}

/** From here on what is opened rests on this person. */
export async function restOn(tx: Tx, rollbackId: string, actor: Actor): Promise<void> {
  await tx.step.updateMany({
    where: { rollbackId, key: { endsWith: releaseSuffix }, endedAt: null },
    data: { releasedBy: actor.kind === "user" ? actor.id : null },
  });
}
