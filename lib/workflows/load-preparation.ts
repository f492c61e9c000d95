import { z } from "zod";
import type { PlanTarget } from "#lib/domain/build-plan-input.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Severity } from "#lib/domain/incident.ts";
import { JsonObject } from "#lib/domain/json.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import { Emergency } from "#lib/domain/rollback.ts";
import { Component, type Artifacts } from "#lib/domain/service.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { severityOf } from "#lib/queries/incident/severity-of.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import type { Deployment, Pin, Rollback } from "#prisma/client.ts";

/** All that a plan is made from, read at one moment. */
export type Preparation = {
  rollback: Rollback;
  place: { system: string; name: string; protected: boolean };
  /** Of the incident; null without one. */
  severity: Severity | null;
  playbook: Playbook;
  allow: string[];
  targets: (PlanTarget & { id: string })[];
  scope: Component[];
  from: { version: string | null; artifacts: Artifacts | null };
  to: { version: string; artifacts: Artifacts };
  emergency: { criterion: string } | null;
  dataLoss: { from: string; to: string } | null;
  /** Newest first. */
  history: Deployment[];
  pins: Pin[];
  dependencies: { id: string; versions: string | null; current: string | null }[];
};

export async function loadPreparation(tx: Tx, rollbackId: string): Promise<Preparation> {
  const rollback = await tx.rollback.findUniqueOrThrow({ where: { id: rollbackId } });
  const { serviceId, environment: name } = rollback;
  const environment = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId, name } },
    include: { service: true, targets: { orderBy: { sort: "asc" } } },
  });
  if (!environment) throw new Refusal("NOT_FOUND", "This environment is not registered any more.");
  const playbook = await playbookAt(tx, rollback.playbookId, rollback.playbookVersion);
  const history = await tx.deployment.findMany({
    where: { serviceId, environment: name },
    orderBy: [{ deployedAt: "desc" }, { id: "desc" }],
    take: 500,
  });
  const pins = await tx.pin.findMany({ where: { serviceId, environment: name, releasedAt: null } });
  const scope = z.array(Component).parse(rollback.scope);
  const current = history[0] ?? null;
  const wanted =
    history.find((row) => row.version === rollback.toVersion && row.knownGood) ??
    history.find((row) => row.version === rollback.toVersion) ??
    null;
  const losesData = procedureOf(playbook, rollback.procedure)?.dataLoss && scope.includes("database");
  return {
    rollback,
    place: { system: environment.service.system, name, protected: environment.protected },
    severity: await severityOf(tx, rollback.incidentId),
    playbook,
    allow: environment.allow,
    targets: environment.targets.map((target) => ({
      id: target.id,
      component: Component.parse(target.component),
      adapter: target.adapter,
      settings: JsonObject.parse(target.settings),
      secrets: z.record(z.string(), z.string()).parse(target.secrets),
    })),
    scope,
    from: { version: rollback.fromVersion, artifacts: current && artifactsOf(current) },
    to: { version: rollback.toVersion, artifacts: artifactsOf(wanted) },
    emergency: rollback.emergency === null ? null : Emergency.parse(rollback.emergency),
    dataLoss:
      losesData && current ? { from: current.deployedAt.toISOString(), to: new Date().toISOString() } : null,
    history,
    pins,
    dependencies: await dependenciesOf(tx, serviceId, name),
  };
}

function artifactsOf(row: Deployment | null): Artifacts {
  return {
    commit: row?.commit ?? null,
    imageDigest: row?.imageDigest ?? null,
    configurationRevision: row?.configurationRevision ?? null,
    migrationHead: row?.migrationHead ?? null,
    backup: row?.backup ?? null,
  };
}

async function dependenciesOf(
  tx: Tx,
  serviceId: string,
  environment: string,
): Promise<Preparation["dependencies"]> {
  const rows = await tx.dependency.findMany({ where: { serviceId } });
  return Promise.all(
    rows.map(async (row) => {
      const current = await tx.deployment.findFirst({
        where: { serviceId: row.dependsOnId, environment },
        orderBy: { deployedAt: "desc" },
      });
      return { id: row.dependsOnId, versions: row.versions, current: current?.version ?? null };
    }),
  );
}
