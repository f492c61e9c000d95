import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { inSystems, readableSystems } from "#lib/queries/authority/readable-systems.ts";

/** Ids and names of the services that the actor may read, by name; at most 500. */
export async function serviceNames(actor: Actor): Promise<{ id: string; name: string }[]> {
  const systems = await readableSystems(actor, "service.read");
  return db().service.findMany({
    where: inSystems(systems),
    select: { id: true, name: true },
    orderBy: { name: "asc" },
    take: 500,
  });
}
