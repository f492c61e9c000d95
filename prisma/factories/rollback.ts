import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { canonical } from "#lib/domain/canonical.ts";
import type { PlanBody } from "#lib/domain/plan.ts";
import { db } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";

type Where = { service: string; environment?: "production" | "staging"; to?: string };

/** A plan of one step, as a worker would have stored it. */
export function planBody(
  rollback: string,
  { service, environment = "production", to = "2.3.0" }: Where,
): PlanBody {
  return {
    format: 1,
    rollback,
    service,
    environment,
    from: "2.4.0",
    to,
    scope: ["code"],
    playbook: { id: "mvp-blue-green", version: 1 },
    procedure: "switch-back",
    strategy: "blue-green",
    allow: ["127.0.0.1:9"],
    emergency: null,
    drill: false,
    limits: { rollbackSeconds: 600, healthSeconds: 120 },
    phases: [
      {
        id: "execution",
        title: "Execution",
        steps: [
          {
            key: "execution.code.switch",
            title: "Switch to blue",
            adapter: "http-blue-green",
            operation: "switch",
            component: "code",
            settings: { url: "http://127.0.0.1:9" },
            secrets: {},
            desired: { environment: "blue", version: to, from: { environment: "green", version: "2.4.0" } },
            command: "curl -X POST http://127.0.0.1:9/deployment/rollback",
            mutating: true,
            reversibility: "reversible",
            limitSeconds: 60,
            observedBefore: { environment: "green", version: "2.4.0" },
          },
        ],
      },
    ],
    notReverted: [],
    dataLoss: null,
    estimate: { minutes: 2, downtimeMinutes: 0, basis: "playbook" },
    risk: "low",
    monitoringSeconds: 0,
  };
}

/** A draft whose plan stands, without a worker: its steps and an empty checklist. Gives id and plan hash. */
export async function preparedRollback(
  actor: UserActor,
  where: Where,
): Promise<{ id: string; planHash: string }> {
  const { service, environment = "production", to = "2.3.0" } = where;
  const { id } = await requestRollback(actor, {
    service,
    environment,
    to,
    reason: "The release answers 5xx.",
  });
  return { id, planHash: await prepare(id, where) };
}

/** Stores a plan for a draft in the worker's stead. Gives its hash. */
export async function prepare(id: string, where: Where): Promise<string> {
  const plan = canonical(planBody(id, where));
  const planHash = sha256(plan);
  await db().step.deleteMany({ where: { rollbackId: id } });
  await db().step.create({
    data: { rollbackId: id, key: "execution.code.switch", position: 0, phase: "execution", state: "pending" },
  });
  await db().rollback.update({ where: { id }, data: { plan, planHash, preparedAt: new Date() } });
  return planHash;
}

/** As `preparedRollback`, and submitted. */
export async function submittedRollback(
  actor: UserActor,
  where: Where,
): Promise<{ id: string; planHash: string }> {
  const rollback = await preparedRollback(actor, where);
  await submitRollback(actor, { id: rollback.id });
  return rollback;
}
