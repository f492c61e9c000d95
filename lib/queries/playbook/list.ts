import type { Actor } from "#lib/domain/actor.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { inSystems, readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { decodeCursor, paged, take, type Page, type Paged } from "#lib/queries/page.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";

/** A playbook's newest version with where it comes from and who uses it. */
export type PlaybookView = Playbook & {
  builtIn: boolean;
  /** Every stored version, newest first. */
  versions: number[];
  /** Ids of the services that follow it, of those that the reader may know of. */
  usedBy: string[];
  /** When it was taken from what services can follow; null while it is offered. */
  retiredAt: string | null;
};

/** The newest version of the playbooks that are offered, by id; of the retired ones instead where asked. */
export async function listPlaybooks(
  actor: Actor,
  page: Page & { retired?: boolean | undefined },
): Promise<Paged<PlaybookView>> {
  await assertMayRead(actor, "playbook.read");
  const after = decodeCursor(page.cursor, (text) => text) ?? "";
  const rows = await db().$queryRaw<
    { id: string; version: number; built_in: boolean; versions: number[]; retired_at: Date | null }[]
  >`
    SELECT p.id, max(p.version) AS version, (array_agg(p.built_in ORDER BY p.version DESC))[1] AS built_in,
      array_agg(p.version ORDER BY p.version DESC) AS versions, r.retired_at
    FROM playbook p LEFT JOIN playbook_retirement r ON r.playbook_id = p.id
    WHERE p.id > ${after} AND (r.playbook_id IS NOT NULL) = ${page.retired ?? false}
    GROUP BY p.id, r.retired_at ORDER BY p.id LIMIT ${take(page)}`;
  const shown = paged(
    rows,
    page,
    (row) => row.id,
    (row) => row,
  );
  const services = await db().service.findMany({
    where: {
      playbookId: { in: shown.items.map((row) => row.id) },
      ...inSystems(await readableSystems(actor, "service.read")),
    },
    select: { id: true, playbookId: true },
    orderBy: { id: "asc" },
  });
  const items = await Promise.all(
    shown.items.map(async (row) => ({
      ...(await playbookAt(db(), row.id, row.version)),
      builtIn: row.built_in,
      versions: row.versions,
      usedBy: services.filter((service) => service.playbookId === row.id).map((service) => service.id),
      retiredAt: row.retired_at?.toISOString() ?? null,
    })),
  );
  return { items, next: shown.next };
}
