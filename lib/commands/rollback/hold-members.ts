import { Refusal } from "#lib/domain/errors.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { Companion } from "#lib/queries/rollback/companions.ts";

/**
 * Makes a rollback hold exactly these services, its own first, in one environment. Everyone takes services in the order
 * of their ids, whatever the order of the list, so that of requests that overlap one wins and none waits for another
 * that waits for it. Throws LOCKED, naming the service and who holds it.
 */
export async function holdMembers(
  tx: Tx,
  rollback: string,
  environment: string,
  members: readonly Companion[],
): Promise<void> {
  const wanted = new Map(members.map((member, position) => [member.service, { ...member, position }]));
  const held = await tx.rollbackMember.findMany({ where: { rollbackId: rollback } });
  const services = new Set([...wanted.keys(), ...held.map((row) => row.serviceId)]);
  for (const service of [...services].toSorted()) {
    const member = wanted.get(service);
    const key = { rollbackId_serviceId: { rollbackId: rollback, serviceId: service } };
    if (!member) {
      await tx.rollbackMember.delete({ where: key });
    } else if (held.some((row) => row.serviceId === service)) {
      const { position, from: fromVersion, to: toVersion, scope, hold } = member;
      await tx.rollbackMember.update({
        where: key,
        data: { position, fromVersion, toVersion, scope, hold },
      });
    } else {
      await holdMember(tx, rollback, environment, member);
    }
  }
}

async function holdMember(
  tx: Tx,
  rollback: string,
  environment: string,
  { service, position, from, to, scope, hold }: Companion & { position: number },
): Promise<void> {
  const inserted = await tx.$executeRaw`
    INSERT INTO rollback_member (rollback_id, service_id, environment, position, from_version, to_version, scope, hold)
    VALUES (${rollback}, ${service}, ${environment}, ${position}, ${from}, ${to}, ${scope}, ${hold})
    ON CONFLICT (service_id, environment) WHERE active DO NOTHING`;
  if (inserted !== 1) throw await locked(tx, service, environment);
}

/** Says who holds a service, to whoever came second. */
export async function locked(tx: Tx, service: string, environment: string): Promise<Refusal> {
  const row = await tx.rollbackMember.findFirst({
    where: { serviceId: service, environment, active: true },
    select: { rollback: { select: { id: true, number: true, state: true, serviceId: true } } },
  });
  const holder = row?.rollback;
  const number = holder ? `RB-${holder.number}` : "Another rollback";
  const what =
    !holder || holder.serviceId === service
      ? `${number} is already active for ${service} in ${environment}.`
      : `${number} of ${holder.serviceId} is already active and moves ${service} in ${environment} too.`;
  return new Refusal("LOCKED", `${what} Open it to carry it on or to cancel it.`, {
    extra: { service, ...(holder ? { rollback: holder.id, number, state: holder.state } : {}) },
  });
}
