import type { MemberView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import { companionsOf } from "#lib/queries/rollback/companions.ts";

/** The services that a rollback moves besides its own, in the order of the request, with their names. */
export async function memberViews(rollbackId: string): Promise<MemberView[]> {
  const companions = await companionsOf(db(), rollbackId);
  if (companions.length === 0) return [];
  const services = await db().service.findMany({
    where: { id: { in: companions.map((one) => one.service) } },
    select: { id: true, name: true },
  });
  const names = new Map(services.map((service) => [service.id, service.name]));
  return companions.map((one) => ({ ...one, serviceName: names.get(one.service) ?? one.service }));
}
