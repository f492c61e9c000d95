import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { inSystems, readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import type { PlaybookView } from "#lib/queries/playbook/list.ts";

/** One playbook with its YAML source; the newest version where none is named. Throws NOT_FOUND. */
export async function getPlaybook(
  actor: Actor,
  id: string,
  version?: number,
): Promise<PlaybookView & { yaml: string }> {
  await assertMayRead(actor, "playbook.read");
  const rows = await db().playbook.findMany({
    where: { id },
    select: { version: true, builtIn: true },
    orderBy: { version: "desc" },
  });
  const row = version === undefined ? rows[0] : rows.find((one) => one.version === version);
  if (!row) throw new Refusal("NOT_FOUND", "There is no playbook with this id and version.");
  const where = { id_version: { id, version: row.version } };
  const systems = await readableSystems(actor, "service.read");
  const [document, stored, services, retirement] = await Promise.all([
    playbookAt(db(), id, row.version),
    db().playbook.findUniqueOrThrow({ where, select: { source: true } }),
    db().service.findMany({
      where: { playbookId: id, ...inSystems(systems) },
      select: { id: true },
      orderBy: { id: "asc" },
    }),
    db().playbookRetirement.findUnique({ where: { playbookId: id } }),
  ]);
  return {
    ...document,
    builtIn: row.builtIn,
    versions: rows.map((one) => one.version),
    usedBy: services.map((service) => service.id),
    retiredAt: retirement?.retiredAt.toISOString() ?? null,
    yaml: stored.source,
  };
}
