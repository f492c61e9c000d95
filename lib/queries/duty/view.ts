import type { Actor } from "#lib/domain/actor.ts";
import { Duty, incidentDuties, isDriven, type DutySubject } from "#lib/domain/duty.ts";
import { covers } from "#lib/domain/role.ts";
import type { DutiesView, DutyView } from "#lib/domain/duty-view.ts";
import { db } from "#lib/platform/db/client.ts";
import { approversOf } from "#lib/queries/approval/approvers.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { vacancy } from "#lib/queries/duty/load.ts";
import { presentAt } from "#lib/queries/duty/presence.ts";
import { loadIncident } from "#lib/queries/incident/load.ts";
import { people } from "#lib/queries/people.ts";
import { loadRollback } from "#lib/queries/rollback/load.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";

type Held = { duty: Duty; holderId: string | null };

/** The duties of an incident or a rollback: who holds them, who asks for them, who looks at it now. Throws NOT_FOUND. */
export async function dutiesOf(actor: Actor, kind: DutySubject, idOrNumber: string): Promise<DutiesView> {
  const systems = await readableSystems(actor, `${kind}.read`);
  const { id, system, held, isPassed } = await readHeld(kind, idOrNumber);
  requireReadable(systems, system, kind);
  const now = new Date();
  const where = kind === "rollback" ? { rollbackId: id } : { incidentId: id };
  const [requests, present, role] = await Promise.all([
    db().handOver.findMany({ where: { ...where, state: "asked" } }),
    presentAt(kind, id, now),
    actor.kind === "user" ? roleIn(actor, system) : null,
  ]);
  const mayAct = isPassed && role !== null && covers(role, "operator");
  const person = await people([
    ...held.map((one) => one.holderId),
    ...requests.flatMap((one) => [one.toUserId, one.askedById]),
  ]);
  const place = { system, protected: true };
  const duties = await Promise.all(
    held.map(async ({ duty, holderId }): Promise<DutyView> => {
      const request = requests.find((one) => one.duty === duty) ?? null;
      const isOffer = request !== null && request.askedById !== request.toUserId;
      const vacant = await vacancy(db(), { kind, id, holderId, place }, now);
      const isHolder = holderId === actor.id;
      return {
        duty,
        holder: holderId === null ? null : person(holderId),
        vacant,
        request: request && {
          to: person(request.toUserId),
          isOffer,
          takesEffectAt: request.takesEffectAt.toISOString(),
          reason: request.reason,
        },
        may: {
          take: mayAct && !isHolder && (request === null || (isOffer && request.toUserId === actor.id)),
          offer: mayAct && isHolder && request === null,
          answer: mayAct && request !== null && actor.id === (isOffer ? request.toUserId : holderId),
          withdraw: mayAct && request?.askedById === actor.id,
        },
      };
    }),
  );
  const mayOffer = duties.some((one) => one.may.offer);
  return { duties, present, candidates: mayOffer ? await candidates(actor.id, system, now) : [] };
}

async function readHeld(kind: DutySubject, idOrNumber: string) {
  if (kind === "rollback") {
    const { rollback, state, found } = await loadRollback(db(), idOrNumber);
    const held: Held[] = [{ duty: "driver", holderId: rollback.driverId }];
    return { id: rollback.id, system: found.service.system, held, isPassed: isDriven(state) };
  }
  const { incident, state, found } = await loadIncident(db(), idOrNumber);
  const { commanderId: commander, communicationsId: communications } = incident;
  const held = incidentDuties.map((duty): Held => ({ duty, holderId: { commander, communications }[duty] }));
  const isPassed = state !== "resolved" && state !== "reviewed";
  return { id: incident.id, system: found.service.system, held, isPassed };
}

/** Everybody else who may act in the system. */
async function candidates(me: string, system: string, now: Date): Promise<DutiesView["candidates"]> {
  const circles = [{ roles: ["operator" as const], onCall: false }];
  const all = await approversOf(db(), { system, circles, authors: [me], now });
  return all.filter((one) => one.by === "role").map(({ id, name }) => ({ id, name }));
}
