import { z } from "zod";
import type { PlanTarget, ProcedureHistory } from "#lib/domain/build-plan-input.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { Identity } from "#lib/domain/inspection.ts";
import { JsonObject } from "#lib/domain/json.ts";
import { procedureOf, type Playbook } from "#lib/domain/playbook.ts";
import { Component, type Artifacts } from "#lib/domain/service.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { readProcedureHistory } from "#lib/queries/rollback/procedure-history.ts";
import type { Deployment, Pin } from "#prisma/client.ts";

/** What one service's part of a plan is made from. */
export type LanePreparation = {
  service: string;
  place: { system: string; name: string; protected: boolean };
  playbook: Playbook;
  /** Id of a procedure of the playbook. */
  procedure: string;
  allow: string[];
  targets: (PlanTarget & { id: string; identity: Identity | null })[];
  scope: Component[];
  from: { version: string | null; artifacts: Artifacts | null };
  to: { version: string; artifacts: Artifacts };
  dataLoss: { from: string; to: string } | null;
  /** How long the procedure took here before. */
  experience: ProcedureHistory | null;
  /** Newest first. */
  history: Deployment[];
  pins: Pin[];
};

type Asked = Pick<LanePreparation, "service" | "playbook" | "procedure" | "scope"> & {
  environment: string;
  from: string | null;
  to: string;
};

/** Reads what stands about a service in an environment. Throws NOT_FOUND when it is not registered any more. */
export async function loadLane(tx: Tx, asked: Asked): Promise<LanePreparation> {
  const { service, environment: name, playbook, procedure, scope } = asked;
  const environment = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId: service, name } },
    include: { service: true, targets: { orderBy: { sort: "asc" } } },
  });
  if (!environment) {
    throw new Refusal("NOT_FOUND", `The environment ${name} of ${service} is not registered any more.`);
  }
  const history = await tx.deployment.findMany({
    where: { serviceId: service, environment: name },
    orderBy: [{ deployedAt: "desc" }, { id: "desc" }],
    take: 500,
  });
  const pins = await tx.pin.findMany({ where: { serviceId: service, environment: name, releasedAt: null } });
  const current = history[0] ?? null;
  const wanted =
    history.find((row) => row.version === asked.to && row.knownGood) ??
    history.find((row) => row.version === asked.to) ??
    null;
  const losesData = procedureOf(playbook, procedure)?.dataLoss && scope.includes("database");
  return {
    service,
    place: { system: environment.service.system, name, protected: environment.protected },
    playbook,
    procedure,
    allow: environment.allow,
    targets: environment.targets.map((target) => ({
      id: target.id,
      component: Component.parse(target.component),
      adapter: target.adapter,
      settings: JsonObject.parse(target.settings),
      secrets: z.record(z.string(), z.string()).parse(target.secrets),
      identity: target.identity === null ? null : Identity.parse(target.identity),
    })),
    scope,
    from: { version: asked.from, artifacts: current && artifactsOf(current) },
    to: { version: asked.to, artifacts: artifactsOf(wanted) },
    dataLoss:
      losesData && current ? { from: current.deployedAt.toISOString(), to: new Date().toISOString() } : null,
    experience: await readProcedureHistory(tx, { service, playbook: playbook.id, procedure }),
    history,
    pins,
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
