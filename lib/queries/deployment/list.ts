import type { Actor } from "#lib/domain/actor.ts";
import type { DeploymentView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { paged, take, decodeCursor, type Page, type Paged } from "#lib/queries/page.ts";
import { loadService } from "#lib/queries/service/load-place.ts";

/** A service's deployments, newest first. Throws NOT_FOUND. */
export async function listDeployments(
  actor: Actor,
  serviceId: string,
  filter: Page & { environment?: string | undefined },
): Promise<Paged<DeploymentView>> {
  const systems = await readableSystems(actor, "service.read");
  const service = await loadService(db(), serviceId);
  requireReadable(systems, service.system, "service");
  const place = filter.environment ? { environment: filter.environment } : {};
  const before = decodeCursor(filter.cursor, readCursor);
  const rows = await db().deployment.findMany({
    where: {
      serviceId,
      ...place,
      ...(before
        ? { OR: [{ deployedAt: { lt: before.at } }, { deployedAt: before.at, id: { lt: before.id } }] }
        : {}),
    },
    orderBy: [{ deployedAt: "desc" }, { id: "desc" }],
    take: take(filter),
  });
  const pins = await db().pin.findMany({ where: { serviceId, ...place, releasedAt: null } });
  const newest = await db().deployment.findMany({
    where: { serviceId, ...place },
    distinct: ["environment"],
    orderBy: [{ environment: "asc" }, { deployedAt: "desc" }, { id: "desc" }],
    select: { id: true },
  });
  const current = new Set(newest.map((row) => row.id));
  return paged(
    rows,
    filter,
    (row) => `${row.deployedAt.toISOString()} ${row.id}`,
    (row): DeploymentView => ({
      id: row.id,
      service: row.serviceId,
      environment: row.environment,
      version: row.version,
      deployedAt: row.deployedAt.toISOString(),
      deployedBy: row.deployedBy,
      strategy: row.strategy,
      knownGood: row.knownGood,
      knownGoodReason: row.knownGoodReason,
      commit: row.commit,
      imageDigest: row.imageDigest,
      configurationRevision: row.configurationRevision,
      migrationHead: row.migrationHead,
      backup: row.backup,
      notes: row.notes,
      pinned: pins.some((pin) => pin.environment === row.environment && pin.version === row.version),
      current: current.has(row.id),
      rollback: row.rollbackId,
    }),
  );
}

function readCursor(text: string): { at: Date; id: string } | null {
  const [at, id] = text.split(" ");
  const date = new Date(at ?? "");
  return id && !Number.isNaN(date.getTime()) ? { at: date, id } : null;
}
