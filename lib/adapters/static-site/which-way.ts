import type { PlanRequest } from "#lib/adapters/contract.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";

/**
 * Whether a build is uploaded, in place of object versions that are restored: where the procedure names that alone, and
 * else where the deployment recorded no object versions and the procedure, if it names anything, allows it.
 */
export function uploads({ build }: Settings, { to, named, namedIn }: PlanRequest): boolean {
  const names = namedIn?.execution ?? named;
  const hasVersions = to.artifacts.configurationRevision !== null;
  if (names === null) return build !== undefined && !hasVersions;
  if (!names.includes("upload")) return false;
  return !names.includes("restore-version") || !hasVersions;
}
