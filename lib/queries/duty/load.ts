import { isDriven, vacancyOf, type Duty, type DutySubject, type Vacancy } from "#lib/domain/duty.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Subject } from "#lib/domain/event.ts";
import { activeRollbackStates, type RollbackState } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { isPresent } from "#lib/queries/duty/presence.ts";
import { lockIncident } from "#lib/queries/incident/load.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";
import type { HandOver } from "#prisma/client.ts";

export type LoadedDuty = {
  kind: DutySubject;
  id: string;
  duty: Duty;
  place: { system: string; protected: boolean };
  number: string;
  what: string;
  holderId: string | null;
  /** Why it is not passed on any more; null while it is. */
  over: string | null;
  /** Of the rollback; null for an incident's duty. */
  state: RollbackState | null;
  subject: Subject;
  /** The other timelines that show it. */
  also: Subject[];
  /** Somebody asked, or it was offered, and nobody has answered. */
  request: HandOver | null;
};

type On = { kind: DutySubject; id: string; duty: Duty };

/** Reads a duty and holds its incident or rollback until the transaction ends. Throws NOT_FOUND, INVALID. */
export async function lockDuty(tx: Tx, { kind, id, duty }: On): Promise<LoadedDuty> {
  if ((duty === "driver") !== (kind === "rollback")) {
    const message = duty === "driver" ? "A rollback is driven." : "That is a duty of an incident.";
    throw new Refusal("INVALID", `duty: ${message}`, { errors: [{ path: "duty", message }] });
  }
  return kind === "rollback" ? lockDriver(tx, id) : lockRole(tx, id, duty);
}

async function lockDriver(tx: Tx, idOrNumber: string): Promise<LoadedDuty> {
  const { rollback, state, found, subject, also } = await lockRollback(tx, idOrNumber);
  const number = `RB-${rollback.number}`;
  return {
    kind: "rollback",
    id: rollback.id,
    duty: "driver",
    place: found.place,
    number,
    what: `${number}: ${found.service.name} to ${rollback.toVersion}`,
    holderId: rollback.driverId,
    over: isDriven(state) ? null : `Nobody drives while the rollback is ${state.replaceAll("_", " ")}.`,
    state,
    subject,
    also,
    request: await openRequest(tx, { rollbackId: rollback.id, duty: "driver" }),
  };
}

async function lockRole(tx: Tx, idOrNumber: string, duty: Duty): Promise<LoadedDuty> {
  const { incident, state, found, subject } = await lockIncident(tx, idOrNumber);
  const isOver = state === "resolved" || state === "reviewed";
  const rollbacks = await tx.rollback.findMany({
    where: { incidentId: incident.id, state: { in: [...activeRollbackStates] } },
    select: { id: true },
    orderBy: { number: "asc" },
  });
  const number = `INC-${incident.number}`;
  return {
    kind: "incident",
    id: incident.id,
    duty,
    place: found.place,
    number,
    what: `${number}: ${incident.title}`,
    holderId: duty === "commander" ? incident.commanderId : incident.communicationsId,
    over: isOver ? `The incident is ${state}; there is nothing to take over.` : null,
    state: null,
    subject,
    also: rollbacks.map(({ id }) => ({ kind: "rollback" as const, id })),
    request: await openRequest(tx, { incidentId: incident.id, duty }),
  };
}

function openRequest(
  tx: Tx,
  where: { incidentId: string; duty: Duty } | { rollbackId: string; duty: Duty },
): Promise<HandOver | null> {
  return tx.handOver.findFirst({ where: { ...where, state: "asked" } });
}

/** Why the duty can be had at once; null where its holder is there to be asked. */
export async function vacancy(
  tx: Tx,
  { kind, id, holderId, place }: Pick<LoadedDuty, "kind" | "id" | "holderId" | "place">,
  now: Date,
): Promise<Vacancy | null> {
  if (holderId === null) return vacancyOf(null);
  const standing = await standingOf(tx, holderId, place.system, now);
  return vacancyOf({ ...standing, isPresent: await isPresent(tx, { kind, id, userId: holderId }, now) });
}

/** Whether somebody's account is active and may act in a system. */
export async function standingOf(
  tx: Tx,
  userId: string,
  system: string,
  now: Date,
): Promise<{ isActive: boolean; isOperator: boolean; name: string }> {
  const user = await tx.user.findUnique({
    where: { id: userId },
    select: {
      name: true,
      disabledAt: true,
      grants: {
        where: {
          role: { not: "viewer" },
          system: { in: ["*", system] },
          OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
        },
        select: { id: true },
        take: 1,
      },
    },
  });
  return {
    isActive: user !== null && user.disabledAt === null,
    isOperator: (user?.grants.length ?? 0) > 0,
    name: user?.name ?? userId,
  };
}
