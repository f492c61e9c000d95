import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { Seen } from "#lib/domain/inspection.ts";
import { Component } from "#lib/domain/service.ts";
import type { InspectionView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";

/**
 * A look at a target, by its id: of a registered one for whoever may read the service, of any other for whoever asked
 * for it. Throws NOT_FOUND.
 */
export async function getInspection(actor: Actor, id: string): Promise<InspectionView> {
  await assertMayRead(actor, "service.read");
  const row = await db().inspection.findUnique({
    where: { id },
    include: { target: { include: { environment: { include: { service: true } } } } },
  });
  const systems = await readableSystems(actor, "service.read");
  if (row?.target) requireReadable(systems, row.target.environment.service.system, "inspection");
  else if (row === null || (actor.kind === "user" && row.askedBy !== actor.id))
    throw new Refusal("NOT_FOUND", "There is no inspection with this id.");
  return {
    id: row.id,
    component: Component.parse(row.component),
    adapter: row.adapter,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    seen: row.result === null ? null : Seen.parse(row.result),
  };
}
