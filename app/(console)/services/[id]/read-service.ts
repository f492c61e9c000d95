import type { ServiceData } from "#components/service/service-data.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { listAdapters } from "#lib/queries/adapter/list.ts";
import { listDeployments } from "#lib/queries/deployment/list.ts";
import { listPins } from "#lib/queries/pin/list.ts";
import { playbookOverview } from "#lib/queries/playbook/overview.ts";
import { getService } from "#lib/queries/service/get.ts";
import { serviceReadiness } from "#lib/queries/service/readiness.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";

/** A service with one environment, the first where none is named. Throws NOT_FOUND. */
export async function readService(
  actor: UserActor,
  id: string,
  named: string | null,
  cursor: string | null,
): Promise<ServiceData> {
  const service = await getService(actor, id);
  const environment =
    named === null ? service.environments[0] : service.environments.find((one) => one.name === named);
  if (environment === undefined) throw new Refusal("NOT_FOUND", "The service has no such environment.");
  const place = { environment: environment.name };
  const [deployments, pins, readiness, adapters, role, playbooks] = await Promise.all([
    listDeployments(actor, id, { ...place, limit: 50, cursor: cursor ?? undefined }),
    listPins(actor, { ...place, service: id, limit: 200 }),
    serviceReadiness(actor, id, environment.name),
    listAdapters(actor),
    roleIn(actor, service.system),
    playbookOverview(actor),
  ]);
  return {
    service,
    environment: environment.name,
    deployments,
    pins: pins.items,
    readiness,
    adapters: Object.fromEntries(adapters.items.map((adapter) => [adapter.id, adapter.title])),
    playbooks: playbooks
      .filter((one) => one.retiredAt === null)
      .map(({ id, title, version }) => ({ id, title, version })),
    role,
    isNewest: cursor === null,
  };
}
