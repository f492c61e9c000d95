import { Refusal } from "#lib/domain/errors.ts";
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
  const deployment = await tx.deployment.findFirst({
    where: { serviceId, environment, version },
    orderBy: [{ deployedAt: "desc" }, { id: "desc" }],
  });
  const errors = (message: string) => ({ errors: [{ path: "to", message }] });
  if (!deployment) {
    const message = `Version ${version} was never deployed to ${environment}.`;
    throw new Refusal("NEVER_DEPLOYED", message, errors(message));
  }
  const pin = await tx.pin.findFirst({ where: { serviceId, environment, version, releasedAt: null } });
  if (pin) throw new Refusal("PINNED", `Version ${version} is quarantined in ${environment}: ${pin.reason}`);
  if (deployment.knownGood !== true) {
    const message = `Version ${version} is not known to be good in ${environment}.`;
    throw new Refusal("NOT_KNOWN_GOOD", message, errors(message));
  }
  return deployment;
}
