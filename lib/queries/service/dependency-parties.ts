import type { Dependency, DependencyParty } from "#lib/domain/dependency.ts";
import { offeredTargets } from "#lib/domain/known-good.ts";
import type { Tx } from "#lib/platform/db/client.ts";

export type Parties = { parties: DependencyParty[]; dependencies: Dependency[] };

/** Rows of the history that are read of each service: what ran before them is of no use to a rollback. */
const mostRows = 200;

/**
 * Services that move to a version (`to` null: that stay) in one environment, with everyone beside them in the
 * dependency table. `isHidden` says of which systems nothing may be told.
 */
export async function dependencyParties(
  tx: Tx,
  environment: string,
  moving: ReadonlyMap<string, string | null>,
  isHidden: (system: string) => boolean,
): Promise<Parties> {
  const ids = [...moving.keys()];
  const rows = await tx.dependency.findMany({
    where: { OR: [{ serviceId: { in: ids } }, { dependsOnId: { in: ids } }] },
    orderBy: [{ dependsOnId: "asc" }, { serviceId: "asc" }],
  });
  const services = await tx.service.findMany({
    where: { id: { in: [...new Set([...ids, ...rows.flatMap((row) => [row.serviceId, row.dependsOnId])])] } },
    select: { id: true, name: true, system: true },
  });
  const parties: DependencyParty[] = [];
  for (const { id, name, system } of services) {
    const where = { serviceId: id, environment };
    const deployments = await tx.deployment.findMany({
      where,
      orderBy: [{ deployedAt: "desc" }, { id: "desc" }],
      take: mostRows,
    });
    const pins = await tx.pin.findMany({ where: { ...where, releasedAt: null }, select: { version: true } });
    const current = deployments[0]?.version ?? null;
    const { offered } = offeredTargets({ deployments, pinned: pins.map((pin) => pin.version), current });
    parties.push({
      service: id,
      name,
      isHidden: isHidden(system),
      current,
      to: moving.get(id) ?? null,
      deployments,
      knownGood: offered.map((row) => row.version),
    });
  }
  const dependencies = rows.map(({ serviceId, dependsOnId, versions }) => ({
    consumer: serviceId,
    provider: dependsOnId,
    versions,
  }));
  return { parties, dependencies };
}
