import { checkEmergency } from "#lib/commands/rollback/emergency.ts";
import { notifyApprovers } from "#lib/commands/rollback/notify-approvers.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";
import type { ApprovalRules } from "#lib/queries/approval/rules.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

const reviewHours = 24;

/** What submitting an emergency adds: its own rules, a notice for everyone it skips, and the debt of a review. */
export async function submitEmergency(
  tx: Tx,
  asked: {
    actor: UserActor;
    role: Role | null;
    loaded: LoadedRollback;
    playbook: Playbook;
    rules: ApprovalRules;
    emergency: { criterion: string };
    now: Date;
  },
): Promise<NewEvent[]> {
  const { actor, role, loaded, playbook, rules, emergency, now } = asked;
  const { rollback, subject, also } = loaded;
  await checkEmergency(tx, { actor, role, playbook, emergency, now });
  const skipped = await notifyApprovers(tx, loaded, rules, "emergency");
  const { criterion } = emergency;
  const data = { criterion, reason: rollback.reason, skippedApprovers: skipped };
  const events: NewEvent[] = [{ type: "emergency.invoked", subject, also, data }];
  const dueAt = new Date(now.getTime() + reviewHours * 3_600_000);
  const review = newId("rev");
  // A plan that was made anew is submitted again; the review that is owed since the first time stays as it is.
  const opened = await tx.review.createMany({
    data: { id: review, rollbackId: rollback.id, userId: actor.id, dueAt },
    skipDuplicates: true,
  });
  if (opened.count > 0)
    events.push({ type: "review.opened", subject, also, data: { review, dueAt: dueAt.toISOString() } });
  return events;
}
