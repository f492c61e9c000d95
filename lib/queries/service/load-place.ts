import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";

export type ServicePlace = {
  service: { id: string; name: string; system: string; playbookId: string };
  environment: { id: string; name: string; protected: boolean; allow: string[] };
  place: { system: string; protected: boolean };
};

/** A service and one of its environments, as commands need them. Throws NOT_FOUND. */
export async function loadPlace(tx: Tx, serviceId: string, environmentName: string): Promise<ServicePlace> {
  const service = await loadService(tx, serviceId);
  const environment = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId, name: environmentName } },
    select: { id: true, name: true, protected: true, allow: true },
  });
  if (!environment) {
    // Without the service's name: whoever asks may be nobody who may read it.
    throw new Refusal("NOT_FOUND", `This service has no environment called ${environmentName}.`);
  }
  return { service, environment, place: { system: service.system, protected: environment.protected } };
}

export async function loadService(tx: Tx, serviceId: string): Promise<ServicePlace["service"]> {
  const service = await tx.service.findUnique({
    where: { id: serviceId },
    select: { id: true, name: true, system: true, playbookId: true },
  });
  if (!service) throw new Refusal("NOT_FOUND", "There is no service with this id.");
  return service;
}
