import type { UserActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { isRecentlyReauthenticated } from "#lib/domain/reauthentication.ts";
import { covers, type Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/**
 * An emergency skips approval and nothing else (law 4): the authority that the playbook names, a recent
 * re-authentication, a named criterion, and no overdue review of that person's. Throws the matching refusal.
 */
export async function checkEmergency(
  tx: Tx,
  asked: {
    actor: UserActor;
    role: Role | null;
    playbook: Playbook;
    emergency: { criterion: string };
    now: Date;
  },
): Promise<void> {
  const { actor, role, playbook, emergency, now } = asked;
  const rules = playbook.authority.emergency;
  if (role === null || !rules.roles.some((allowed) => covers(role, allowed))) {
    throw new Refusal(
      "FORBIDDEN",
      `An emergency needs the role ${rules.roles.join(" or ").replaceAll("_", " ")}.`,
    );
  }
  if (!rules.criteria.some((criterion) => criterion.id === emergency.criterion)) {
    const message = `Name one of: ${rules.criteria.map((criterion) => criterion.id).join(", ")}.`;
    throw new Refusal("INVALID", `emergency.criterion: ${message}`, {
      errors: [{ path: "emergency.criterion", message }],
    });
  }
  if (!isRecentlyReauthenticated(actor, now)) {
    throw new Refusal(
      "REAUTHENTICATION_REQUIRED",
      "An emergency needs your password again, in the browser, within 5 minutes.",
    );
  }
  const overdue = await tx.review.findFirst({
    where: { userId: actor.id, doneAt: null, dueAt: { lt: now } },
  });
  if (overdue) {
    throw new Refusal("REVIEW_OVERDUE", "Write the overdue review of your last emergency first.", {
      extra: { review: overdue.id, rollback: overdue.rollbackId },
    });
  }
}
