import type { Actor } from "#lib/domain/actor.ts";
import { db } from "#lib/platform/db/client.ts";
import { inSystems, readableSystems } from "#lib/queries/authority/readable-systems.ts";

/** The systems that services belong to, by name. */
export async function listSystems(actor: Actor): Promise<string[]> {
  const systems = await readableSystems(actor, "service.read");
  const rows = await db().service.findMany({
    where: inSystems(systems),
    distinct: ["system"],
    select: { system: true },
    orderBy: { system: "asc" },
  });
  return rows.map((row) => row.system);
}
