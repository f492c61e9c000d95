import type { PersonRef } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";

/** Names for ids; an id that is nobody's stands for itself. */
export async function people(ids: readonly (string | null)[]): Promise<(id: string) => PersonRef> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  const rows = await db().user.findMany({
    where: { id: { in: wanted } },
    select: { id: true, name: true, email: true },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (id) => byId.get(id) ?? { id, name: id, email: "" };
}
