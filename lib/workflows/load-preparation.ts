import { z } from "zod";
import { coveringProcedure } from "#lib/domain/choose-procedure.ts";
import { dependencyFindings, whyItMoves, type DependencyFinding } from "#lib/domain/dependency.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { Facts, type Severity } from "#lib/domain/incident.ts";
import { laneOrder } from "#lib/domain/lane-order.ts";
import { readEmergency } from "#lib/domain/emergency.ts";
import { Component } from "#lib/domain/service.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { severityOf } from "#lib/queries/incident/severity-of.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";
import { companionsOf, type Companion } from "#lib/queries/rollback/companions.ts";
import { dependencyParties } from "#lib/queries/service/dependency-parties.ts";
import { loadLane, type LanePreparation } from "#lib/workflows/load-lane.ts";
import type { Rollback } from "#prisma/client.ts";

/** All that a plan is made from, read at one moment. */
export type Preparation = LanePreparation & {
  rollback: Rollback;
  /** Of the incident; null without one. */
  severity: Severity | null;
  /** What its incident knows of the situation; null without one. */
  facts: Facts | null;
  emergency: { criterion: string } | null;
  /** The services that move with it, in the order of the request. */
  companions: CompanionPreparation[];
  /** All that move, in the order of their lanes. */
  lanes: string[];
  /** What moving means for every service beside one that moves. */
  beside: DependencyFinding[];
};

export type CompanionPreparation = LanePreparation & { hold: boolean; because: string };

export async function loadPreparation(tx: Tx, rollbackId: string): Promise<Preparation> {
  const rollback = await tx.rollback.findUniqueOrThrow({ where: { id: rollbackId } });
  const { serviceId, environment } = rollback;
  const own = await loadLane(tx, {
    service: serviceId,
    environment,
    playbook: await playbookAt(tx, rollback.playbookId, rollback.playbookVersion),
    procedure: rollback.procedure,
    scope: z.array(Component).parse(rollback.scope),
    from: rollback.fromVersion,
    to: rollback.toVersion,
  });
  const companions = await companionsOf(tx, rollback.id);
  const together = await loadTogether(tx, own, companions);
  const prepared: CompanionPreparation[] = [];
  for (const companion of companions) {
    const lane = await loadCompanion(tx, companion, environment);
    prepared.push({ ...lane, hold: companion.hold, because: together.because(companion.service) });
  }
  const emergency = readEmergency(rollback.emergency);
  return {
    ...own,
    rollback,
    severity: await severityOf(tx, rollback.incidentId),
    facts: await factsOf(tx, rollback.incidentId),
    emergency: emergency && { criterion: emergency.criterion },
    lanes: together.order,
    beside: together.beside,
    companions: prepared,
  };
}

async function factsOf(tx: Tx, incidentId: string | null): Promise<Facts | null> {
  if (incidentId === null) return null;
  const incident = await tx.incident.findUnique({ where: { id: incidentId }, select: { facts: true } });
  return incident && Facts.parse(incident.facts);
}

async function loadCompanion(tx: Tx, companion: Companion, environment: string): Promise<LanePreparation> {
  const { service, from, to, scope } = companion;
  const { playbookId } = await tx.service.findUniqueOrThrow({ where: { id: service } });
  const { document: playbook } = await currentPlaybook(tx, playbookId);
  const procedure = coveringProcedure(playbook.procedures, scope)?.id;
  if (procedure === undefined) {
    throw new Refusal("INVALID", `No procedure of ${service}'s playbook covers all that is in its scope.`);
  }
  return loadLane(tx, { service, environment, playbook, procedure, scope, from, to });
}

/** Who moves before whom, why, and what that means for those beside them; other systems' services stay unnamed. */
async function loadTogether(tx: Tx, own: LanePreparation, companions: readonly Companion[]) {
  const moving = new Map([
    [own.service, own.to.version],
    ...companions.map((one) => [one.service, one.to] as const),
  ]);
  const { parties, dependencies } = await dependencyParties(
    tx,
    own.place.name,
    moving,
    (system) => system !== own.place.system,
  );
  const { order, cycles } = laneOrder([...moving.keys()], dependencies);
  const findings = order.flatMap((service) => dependencyFindings(service, parties, dependencies));
  return {
    order,
    // A dependency between two that move is found from both sides.
    beside: findings.filter((one, at) => findings.findIndex((other) => other.why === one.why) === at),
    because: (service: string): string => {
      const cycle = cycles.find((one) => one.includes(service));
      const names = cycle?.map((id) => parties.find((party) => party.service === id)?.name ?? id);
      const said = names ? ` ${names.join(", ")} need each other, so they go in the order asked for.` : "";
      return `${whyItMoves(service, parties, dependencies)}${said}`;
    },
  };
}
