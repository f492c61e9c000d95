import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";

/** The text of a version as it was stored; the newest where none is named. Throws NOT_FOUND. */
export async function playbookSource(
  actor: Actor,
  id: string,
  version?: number,
): Promise<{ id: string; version: number; source: string }> {
  await assertMayRead(actor, "playbook.read");
  const row = await db().playbook.findFirst({
    where: { id, ...(version === undefined ? {} : { version }) },
    orderBy: { version: "desc" },
    select: { id: true, version: true, source: true },
  });
  if (!row) throw new Refusal("NOT_FOUND", "There is no playbook with this id and version.");
  return row;
}
