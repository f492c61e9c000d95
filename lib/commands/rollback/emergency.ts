import type { UserActor } from "#lib/domain/actor.ts";
import { circleWords } from "#lib/domain/approval-capacity.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { isRecentlyReauthenticated } from "#lib/domain/reauthentication.ts";
import type { Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { mayInvoke } from "#lib/queries/approval/may-invoke.ts";

type Asked = {
  actor: UserActor;
  role: Role | null;
  system: string;
  playbook: Playbook;
  emergency: { criterion: string };
  now: Date;
};

/**
 * An emergency skips approval and nothing else (law 4): the authority that the playbook names, a recent
 * re-authentication, a named criterion, and no overdue review of that person's. Throws the matching refusal.
 */
export async function checkEmergency(tx: Tx, asked: Asked): Promise<void> {
  const { actor, playbook, emergency, now } = asked;
  const rules = playbook.authority.emergency;
  await requireInvoker(tx, asked, playbook);
  requireCriterion(playbook, emergency.criterion, "emergency.criterion");
  if (!isRecentlyReauthenticated(actor, now, rules.reauthenticatedMinutes)) {
    throw new Refusal(
      "REAUTHENTICATION_REQUIRED",
      `An emergency needs your password again, in the browser, within ${rules.reauthenticatedMinutes} minutes.`,
    );
  }
  const overdue = await tx.review.findFirst({
    where: { userId: actor.id, kind: "review", doneAt: null, dueAt: { lt: now } },
  });
  if (overdue) {
    throw new Refusal("REVIEW_OVERDUE", "Write the overdue review of your last emergency first.", {
      extra: { review: overdue.id, rollback: overdue.rollbackId },
    });
  }
}

/** Throws INVALID at `path` unless the playbook names this criterion. */
export function requireCriterion(playbook: Playbook, criterion: string, path: string): void {
  const { criteria } = playbook.authority.emergency;
  if (criteria.some(({ id }) => id === criterion)) return;
  const message = `Name one of: ${criteria.map(({ id }) => id).join(", ")}.`;
  throw new Refusal("INVALID", `${path}: ${message}`, { errors: [{ path, message }] });
}

/** Throws FORBIDDEN unless this playbook lets the person invoke an emergency, by role or on call. */
export async function requireInvoker(
  tx: Tx,
  { actor, role, system, now }: Pick<Asked, "actor" | "role" | "system" | "now">,
  playbook: Playbook,
): Promise<void> {
  const rules = playbook.authority.emergency;
  const isEntitled =
    role !== null && (await mayInvoke(tx, actor, { system, role, now, rules, holds: "for deciding" }));
  if (isEntitled) return;
  throw new Refusal("FORBIDDEN", `An emergency needs the role ${circleWords([rules])}.`);
}
