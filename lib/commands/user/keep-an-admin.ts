import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

const lockKey = 7_150_001;

/** Queues up whoever may take an admin away, so that two of them at once cannot each count on the other's. */
export async function lockAdmins(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lockKey}::bigint)`;
}

type Grants = { grants: readonly { role: string; system: string; expiresAt: Date | null }[] };

/** Whether this account counts as an admin who stays: everywhere and without an end date. */
export function isLastingAdmin({ grants }: Grants): boolean {
  return grants.some((grant) => grant.role === "admin" && grant.system === "*" && grant.expiresAt === null);
}

/**
 * Throws LAST_ADMIN when, after what this transaction did, no lasting admin is left who is active and able to sign
 * in. Call lockAdmins before the change.
 */
export async function assertAdminRemains(tx: Tx): Promise<void> {
  const remaining = await tx.grant.count({
    where: {
      role: "admin",
      system: "*",
      expiresAt: null,
      user: { disabledAt: null, OR: [{ passwordHash: { not: null } }, { oidcSubject: { not: null } }] },
    },
  });
  if (remaining === 0) {
    throw new Refusal(
      "LAST_ADMIN",
      "This would leave no admin who stays and can sign in. Make someone else an admin first. Nothing was changed.",
    );
  }
}
