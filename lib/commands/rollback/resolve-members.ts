import { defaultScope, scopeFaults } from "#lib/domain/build-plan-scope.ts";
import { coveringProcedure } from "#lib/domain/choose-procedure.ts";
import { Refusal, type RefusalCode } from "#lib/domain/errors.ts";
import type { RequestMember } from "#lib/domain/rollback.ts";
import { Component } from "#lib/domain/service.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";
import { checkTargetVersion } from "#lib/queries/rollback/check-target-version.ts";
import type { Companion } from "#lib/queries/rollback/companions.ts";
import type { ServicePlace } from "#lib/queries/service/load-place.ts";

/**
 * What moves together with a service, checked as that service is: registered beside it, a version that was here, known
 * good and not quarantined, a scope that its playbook covers. Throws INVALID, NEVER_DEPLOYED, PINNED or NOT_KNOWN_GOOD,
 * each with the member's place in the list.
 */
export async function resolveMembers(
  tx: Tx,
  own: ServicePlace,
  asked: readonly RequestMember[],
): Promise<Companion[]> {
  const members: Companion[] = [];
  for (const [at, member] of asked.entries()) {
    const isNamed =
      member.service === own.service.id || members.some((one) => one.service === member.service);
    if (isNamed) throw refused("INVALID", at, "service", "Name each service once.");
    const place = await checkMember(tx, own, member, at);
    const scope = await scopeOf(tx, place, member, at);
    const current = await tx.deployment.findFirst({
      where: { serviceId: place.serviceId, environment: place.name },
      orderBy: [{ deployedAt: "desc" }, { id: "desc" }],
      select: { version: true },
    });
    const { service, to, hold = true } = member;
    members.push({ service, from: current?.version ?? null, to, scope, hold });
  }
  return members;
}

/** Checks again, before anything is changed or done, that each may still go where it is to go. */
export async function recheckMembers(tx: Tx, own: ServicePlace, members: readonly Asked[]): Promise<void> {
  for (const [at, member] of members.entries()) await checkMember(tx, own, member, at);
}

type Asked = Pick<RequestMember, "service" | "to">;
type MemberPlace = NonNullable<Awaited<ReturnType<typeof findPlace>>>;

async function checkMember(tx: Tx, own: ServicePlace, member: Asked, at: number): Promise<MemberPlace> {
  const { name } = own.environment;
  const place = await findPlace(tx, member.service, name);
  // One sentence for all that is not there, so that nobody learns what other systems have.
  if (place?.service.system !== own.service.system) {
    throw refused("INVALID", at, "service", `${member.service} has no environment ${name} in this system.`);
  }
  if (place.protected !== own.environment.protected) {
    const which = place.protected ? "is protected, and this one is not" : "is not protected, and this one is";
    throw refused("INVALID", at, "service", `The ${name} of ${member.service} ${which}.`);
  }
  try {
    await checkTargetVersion(tx, member.service, name, member.to);
  } catch (error) {
    if (error instanceof Refusal) throw refused(error.code, at, "to", `${member.service}: ${error.message}`);
    throw error;
  }
  return place;
}

function findPlace(tx: Tx, serviceId: string, name: string) {
  return tx.environment.findUnique({
    where: { serviceId_name: { serviceId, name } },
    include: { service: true, targets: { orderBy: { sort: "asc" } } },
  });
}

/** What it takes back: what was asked for, else all that its playbook's first procedure covers. */
async function scopeOf(tx: Tx, place: MemberPlace, member: RequestMember, at: number): Promise<Component[]> {
  const present = place.targets.map((target) => Component.parse(target.component));
  const { document } = await currentPlaybook(tx, place.service.playbookId);
  const procedure = coveringProcedure(document.procedures, member.scope ?? []);
  if (!procedure) {
    throw refused("INVALID", at, "scope", `No procedure of ${member.service}'s playbook covers all of this.`);
  }
  const scope = member.scope ?? defaultScope(procedure, present);
  const fault = scopeFaults(procedure, scope, present)[0];
  if (fault) throw refused("INVALID", at, "scope", `${member.service}: ${fault.message}`);
  return scope;
}

function refused(code: RefusalCode, at: number, field: string, message: string): Refusal {
  const path = `members.${at}.${field}`;
  return new Refusal(code, `${path}: ${message}`, { errors: [{ path, message }] });
}
