import { Refusal } from "#lib/domain/errors.ts";
import { covers, Role } from "#lib/domain/role.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { LoadedRollback } from "#lib/queries/rollback/load.ts";

/**
 * Checks that whoever ended the rollback, or went on with its end, still may: what an abort opens again rests on that
 * person, because the approvals may be the very thing that was lost. What was read is held until the transaction ends.
 * Throws ROLE_REVOKED.
 */
export async function checkReleaseAuthority(
  tx: Tx,
  { rollback, found }: LoadedRollback,
  step: string,
  now: Date,
): Promise<void> {
  const row = await tx.step.findUnique({
    where: { rollbackId_key: { rollbackId: rollback.id, key: step } },
    select: { releasedBy: true },
  });
  const by = row?.releasedBy ?? null;
  // Lastgood's own processes have no role to lose.
  if (row !== null && by === null) return;
  const [person] = await tx.$queryRaw<{ name: string; is_active: boolean }[]>`
    SELECT name, disabled_at IS NULL AS is_active FROM user_account WHERE id = ${by} FOR SHARE`;
  const grants = await tx.$queryRaw<{ role: string }[]>`
    SELECT role FROM role_grant WHERE user_id = ${by} AND system IN ('*', ${found.service.system})
      AND (expires_at IS NULL OR expires_at > ${now}) FOR SHARE`;
  if (person?.is_active && grants.some(({ role }) => covers(Role.parse(role), "operator"))) return;
  throw new Refusal(
    "ROLE_REVOKED",
    `${person?.name ?? "Somebody"}, who ended it, no longer holds the role operator.`,
    { extra: { user: by, needed: "operator" } },
  );
}
