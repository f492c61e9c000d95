import type { Actor } from "#lib/domain/actor.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";

/** A playbook's newest version with where it comes from and who uses it. */
export type PlaybookView = Playbook & {
  builtIn: boolean;
  /** Every stored version, newest first. */
  versions: number[];
  /** Ids of the services that follow it. */
  usedBy: string[];
};

/** The newest version of every playbook, by id. */
export async function listPlaybooks(actor: Actor): Promise<{ items: PlaybookView[]; next: null }> {
  await assertMayRead(actor, "playbook.read");
  const rows = await db().playbook.findMany({
    select: { id: true, version: true, builtIn: true },
    orderBy: [{ id: "asc" }, { version: "desc" }],
  });
  const services = await db().service.findMany({
    select: { id: true, playbookId: true },
    orderBy: { id: "asc" },
  });
  const newest = rows.filter((row, at) => rows[at - 1]?.id !== row.id);
  const items = await Promise.all(
    newest.map(async (row) => ({
      ...(await playbookAt(db(), row.id, row.version)),
      builtIn: row.builtIn,
      versions: rows.filter((other) => other.id === row.id).map((other) => other.version),
      usedBy: services.filter((service) => service.playbookId === row.id).map((service) => service.id),
    })),
  );
  return { items, next: null };
}
