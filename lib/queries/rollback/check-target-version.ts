import { Refusal } from "#lib/domain/errors.ts";
import { chooseTarget } from "#lib/domain/known-good.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Deployment } from "#prisma/client.ts";

/**
 * The deployment that a rollback to this version would restore: the newest of that version in this environment.
 * Throws NEVER_DEPLOYED, PINNED or NOT_KNOWN_GOOD.
 */
export async function checkTargetVersion(
  tx: Tx,
  serviceId: string,
  environment: string,
  version: string,
): Promise<Deployment> {
  const where = { serviceId, environment, version };
  const deployments = await tx.deployment.findMany({ where });
  const pin = await tx.pin.findFirst({ where: { ...where, releasedAt: null } });
  // What runs now is not asked here: going back to what history calls current mends a target that strayed from it.
  const choice = chooseTarget({ deployments, pinned: pin ? [version] : [], current: null }, version);
  const deployment = choice.ok ? deployments.find((row) => row.id === choice.deployment.id) : undefined;
  if (deployment) return deployment;
  const { code, message } = choice.ok ? { code: "NEVER_DEPLOYED" as const, message: "" } : choice;
  throw new Refusal(code, pin ? `${message} ${pin.reason}` : message, { errors: [{ path: "to", message }] });
}
