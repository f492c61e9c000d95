import { checkEmergency, requireInvoker } from "#lib/commands/rollback/emergency.ts";
import { notifyApprovers } from "#lib/commands/rollback/notify-approvers.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { debtKinds, type DebtKind, type StoredEmergency } from "#lib/domain/emergency.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { config } from "#lib/platform/config.ts";
import { newId } from "#lib/platform/id.ts";
import type { ApprovalRules } from "#lib/queries/approval/rules.ts";
import { ruleFacts, type RuleFacts } from "#lib/queries/approval/rules-of.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

type Asked = {
  actor: UserActor;
  role: Role | null;
  loaded: LoadedRollback;
  playbook: Playbook;
  rules: ApprovalRules;
  emergency: StoredEmergency;
  now: Date;
};

/**
 * What submitting an emergency adds: its own rules, a notice for everyone it skips, and two debts of whoever invokes it,
 * the review and the documentation.
 */
export async function submitEmergency(tx: Tx, asked: Asked): Promise<NewEvent[]> {
  const { actor, loaded, playbook, rules, emergency, now } = asked;
  const { rollback, found, subject, also } = loaded;
  await checkEmergency(tx, { ...asked, system: found.service.system });
  await checkCompanions(tx, asked);
  const skipped = await notifyApprovers(tx, loaded, rules, "emergency");
  await tx.rollback.update({
    where: { id: rollback.id },
    data: { emergency: { ...emergency, by: actor.id } },
  });
  const { criterion, reason = rollback.reason } = emergency;
  const data = { criterion, reason, skippedApprovers: skipped };
  const invoked: NewEvent = { type: "emergency.invoked", subject, also, data };
  const { reviewHours, documentationHours } = playbook.authority.emergency;
  const hours: Record<DebtKind, number> = { review: reviewHours, documentation: documentationHours };
  const opened: NewEvent[] = [];
  for (const kind of debtKinds) {
    const seconds = Math.min(hours[kind] * 3600, config().debtSeconds ?? Number.POSITIVE_INFINITY);
    const dueAt = new Date(now.getTime() + seconds * 1000);
    const id = newId("rev");
    // A plan that was made anew is submitted again; what the same person owes since the first time stays as it is.
    const { count } = await tx.review.createMany({
      data: { id, kind, rollbackId: rollback.id, userId: actor.id, dueAt },
      skipDuplicates: true,
    });
    if (count === 0) continue;
    const debt = { review: id, kind, dueAt: dueAt.toISOString() };
    opened.push({ type: "review.opened", subject, also, data: debt });
  }
  return [invoked, ...opened];
}

/** Every service that moves has its own word on who may do that without approval. */
async function checkCompanions(tx: Tx, { actor, role, loaded, now }: Asked): Promise<void> {
  const { rollback, found } = loaded;
  const [facts] = await tx.$queryRaw<RuleFacts[]>`SELECT ${ruleFacts(rollback)}`;
  for (const { playbook, version } of facts?.companions ?? []) {
    if (version === null) continue;
    const theirs = await playbookAt(tx, playbook, version);
    await requireInvoker(tx, { actor, role, system: found.service.system, now }, theirs);
  }
}
