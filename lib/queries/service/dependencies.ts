import type { Actor } from "#lib/domain/actor.ts";
import { dependencyFindings, whyItMoves, type DependencyFinding } from "#lib/domain/dependency.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { laneOrder } from "#lib/domain/lane-order.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { dependencyParties } from "#lib/queries/service/dependency-parties.ts";
import { loadPlace, loadService } from "#lib/queries/service/load-place.ts";

type Beside = { dependsOn: DependencyFinding[]; dependents: DependencyFinding[] };

/** What it means for others when a service goes to a version, alone or with others. */
export type DependenciesView = Beside & {
  service: string;
  environment: string;
  from: string | null;
  /** Null: it stays, and what is told is how it is now. */
  to: string | null;
  /** Those asked to move with it, and what that means for those beside them. */
  companions: ({
    service: string;
    name: string;
    from: string | null;
    to: string;
    because: string;
  } & Beside)[];
  /** In which order they would move; `cycles`: which of them need each other. */
  order: string[];
  cycles: string[][];
};

type Asked = {
  environment: string;
  to: string | null;
  companions: readonly { service: string; to: string }[];
};

/** Both ways: whom the service needs, and who needs it. Throws NOT_FOUND. */
export async function serviceDependencies(
  actor: Actor,
  serviceId: string,
  { environment, to, companions }: Asked,
): Promise<DependenciesView> {
  const systems = await readableSystems(actor, "service.read");
  for (const id of [serviceId, ...companions.map((one) => one.service)]) {
    requireReadable(systems, (await loadService(db(), id)).system, "service");
    await loadPlace(db(), id, environment);
  }
  const moving = new Map([[serviceId, to], ...companions.map((one) => [one.service, one.to] as const)]);
  if (moving.size <= companions.length) {
    const message = "Name each service once.";
    throw new Refusal("INVALID", `with: ${message}`, { errors: [{ path: "with", message }] });
  }
  const isHidden = (system: string): boolean => systems !== "*" && !systems.includes(system);
  const { parties, dependencies } = await dependencyParties(db(), environment, moving, isHidden);
  const beside = (id: string): Beside => {
    const findings = dependencyFindings(id, parties, dependencies);
    return {
      dependsOn: findings.filter((one) => one.direction === "depends_on"),
      dependents: findings.filter((one) => one.direction === "depended_on_by"),
    };
  };
  const partyOf = (id: string) => parties.find((party) => party.service === id);
  return {
    service: serviceId,
    environment,
    from: partyOf(serviceId)?.current ?? null,
    to,
    ...beside(serviceId),
    companions: companions.map((one) => ({
      service: one.service,
      name: partyOf(one.service)?.name ?? one.service,
      from: partyOf(one.service)?.current ?? null,
      to: one.to,
      because: whyItMoves(one.service, parties, dependencies),
      ...beside(one.service),
    })),
    ...laneOrder([...moving.keys()], dependencies),
  };
}
