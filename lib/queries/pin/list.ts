import type { Actor } from "#lib/domain/actor.ts";
import type { PinView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { decodeCursor, paged, take, type Page, type Paged } from "#lib/queries/page.ts";
import { iso } from "#lib/queries/rollback/summary.ts";
import { readableServiceIds } from "#lib/queries/service/readable-ids.ts";

export type PinFilter = Page & {
  service?: string | undefined;
  environment?: string | undefined;
  version?: string | undefined;
  released?: boolean | undefined;
};

/** Quarantined versions, newest first; those already released only when asked for. */
export async function listPins(actor: Actor, filter: PinFilter): Promise<Paged<PinView>> {
  const ids = await readableServiceIds(await readableSystems(actor, "service.read"));
  const before = decodeCursor(filter.cursor, (text) => (/^pin_[a-z0-9]+$/.test(text) ? text : null));
  const rows = await db().pin.findMany({
    where: {
      ...(ids ? { serviceId: { in: ids } } : {}),
      ...(filter.service ? { AND: { serviceId: filter.service } } : {}),
      ...(filter.environment ? { environment: filter.environment } : {}),
      ...(filter.version ? { version: filter.version } : {}),
      ...(filter.released ? {} : { releasedAt: null }),
      ...(before ? { id: { lt: before } } : {}),
    },
    orderBy: { id: "desc" },
    take: take(filter),
  });
  return paged(
    rows,
    filter,
    (row) => row.id,
    (row) => ({
      id: row.id,
      service: row.serviceId,
      environment: row.environment,
      version: row.version,
      reason: row.reason,
      rollback: row.rollbackId,
      createdBy: row.createdBy,
      createdAt: row.createdAt.toISOString(),
      releasedAt: iso(row.releasedAt),
    }),
  );
}
