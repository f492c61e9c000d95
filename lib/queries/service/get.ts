import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { Identity, Seen } from "#lib/domain/inspection.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { Component } from "#lib/domain/service.ts";
import type { EnvironmentView, ServiceView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Prisma } from "#prisma/client.ts";
import {
  inSystems,
  readableSystems,
  requireReadable,
  type ReadableSystems,
} from "#lib/queries/authority/readable-systems.ts";
import { decodeCursor, paged, take, type Page, type Paged } from "#lib/queries/page.ts";
import { latestSignals } from "#lib/queries/signal/latest.ts";

const include = {
  environments: { orderBy: { sort: "asc" }, include: { targets: { orderBy: { sort: "asc" } } } },
  dependsOn: true,
  dependents: { include: { service: { select: { system: true } } } },
} satisfies Prisma.ServiceInclude;
type Row = Prisma.ServiceGetPayload<{ include: typeof include }>;

/** A service with its environments, targets, dependencies and newest signals. Throws NOT_FOUND. */
export async function getService(actor: Actor, id: string): Promise<ServiceView> {
  const systems = await readableSystems(actor, "service.read");
  const row = await db().service.findUnique({ where: { id }, include });
  if (!row) throw new Refusal("NOT_FOUND", "There is no service with this id.");
  requireReadable(systems, row.system, "service");
  return view(row, systems);
}

/** The services that the actor may read, by name. */
export async function listServices(actor: Actor, page: Page): Promise<Paged<ServiceView>> {
  const systems = await readableSystems(actor, "service.read");
  const after = decodeCursor(page.cursor, (text) => text);
  const rows = await db().service.findMany({
    where: { ...inSystems(systems), ...(after === undefined ? {} : { id: { gt: after } }) },
    orderBy: { id: "asc" },
    take: take(page),
    include,
  });
  const views = new Map(
    await Promise.all(rows.map(async (row) => [row.id, await view(row, systems)] as const)),
  );
  const ids = paged(
    rows,
    page,
    (row) => row.id,
    (row) => row.id,
  );
  return { items: ids.items.flatMap((id) => views.get(id) ?? []), next: ids.next };
}

async function view(row: Row, systems: ReadableSystems): Promise<ServiceView> {
  return {
    id: row.id,
    name: row.name,
    system: row.system,
    owner: row.owner,
    playbook: row.playbookId,
    environments: await Promise.all(
      row.environments.map((environment) => environmentView(row.id, environment)),
    ),
    dependsOn: row.dependsOn.map((dependency) => ({
      service: dependency.dependsOnId,
      versions: dependency.versions,
    })),
    dependents: row.dependents.flatMap(({ serviceId, service }) =>
      systems === "*" || systems.includes(service.system) ? [serviceId] : [],
    ),
  };
}

async function environmentView(
  serviceId: string,
  row: Row["environments"][number],
): Promise<EnvironmentView> {
  const where = { serviceId, environment: row.name };
  const orderBy = [{ deployedAt: "desc" as const }, { id: "desc" as const }];
  const [current, good, signals] = await Promise.all([
    db().deployment.findFirst({ where, orderBy, select: { version: true } }),
    db().deployment.findFirst({ where: { ...where, knownGood: true }, orderBy, select: { version: true } }),
    latestSignals(serviceId, row.name, new Date()),
  ]);
  return {
    name: row.name,
    protected: row.protected,
    automaticRollback: row.automaticRollback,
    allow: row.allow,
    targets: row.targets.map((target) => ({
      id: target.id,
      component: Component.parse(target.component),
      adapter: target.adapter,
      settings: target.settings as JsonObject,
      secrets: Object.keys(target.secrets as JsonObject),
      identity: target.identity === null ? null : Identity.parse(target.identity),
      seen: target.seen === null ? null : Seen.parse(target.seen),
      seenAt: target.seenAt?.toISOString() ?? null,
    })),
    current: current?.version ?? null,
    lastKnownGood: good?.version ?? null,
    signals,
  };
}
