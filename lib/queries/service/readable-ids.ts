import { db } from "#lib/platform/db/client.ts";
import type { ReadableSystems } from "#lib/queries/authority/readable-systems.ts";

/** The services within those systems; null for all. */
export async function readableServiceIds(systems: ReadableSystems): Promise<string[] | null> {
  if (systems === "*") return null;
  const rows = await db().service.findMany({ where: { system: { in: [...systems] } }, select: { id: true } });
  return rows.map((row) => row.id);
}
