import type { ReviewData } from "#components/approval/review-data.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";
import type { FactValue } from "#lib/domain/incident.ts";
import type { DeploymentView, IncidentView, RollbackView } from "#lib/domain/view.ts";
import { listDeployments } from "#lib/queries/deployment/list.ts";
import { getIncident } from "#lib/queries/incident/get.ts";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";

/** The plan with what an approver needs to judge it. Throws NOT_FOUND. */
export async function readReview(actor: UserActor, number: string): Promise<ReviewData> {
  const rollback = await getRollback(actor, number);
  const [incident, playbook, history] = await Promise.all([
    rollback.incident === null ? null : getIncident(actor, rollback.incident),
    getPlaybook(actor, rollback.playbook.id, rollback.playbook.version),
    listDeployments(actor, rollback.service, { environment: rollback.environment, limit: 200 }),
  ]);
  return {
    rollback,
    me: actor.id,
    incident: incident && {
      ...incident,
      because: becauseOf(incident),
      facts: playbook.facts.flatMap((fact) => {
        const value = incident.facts[fact.id];
        return value === undefined ? [] : [{ question: fact.question, answer: answerOf(fact, value) }];
      }),
    },
    ...sides(rollback, history.items),
  };
}

function sides(
  rollback: RollbackView,
  history: DeploymentView[],
): Pick<ReviewData, "from" | "to" | "between"> {
  const before = rollback.startedAt ?? rollback.endedAt ?? new Date().toISOString();
  const known = history.filter((one) => one.deployedAt <= before);
  const fromAt = known.findIndex((one) => one.version === rollback.from);
  const toAt = known.findIndex((one, at) => at > fromAt && one.version === rollback.to);
  const between = fromAt >= 0 && toAt > fromAt ? known.slice(fromAt + 1, toAt) : [];
  return {
    from: known[fromAt] ?? null,
    to: known[toAt] ?? known.find((one) => one.version === rollback.to) ?? null,
    between: [...new Set(between.map((one) => one.version))],
  };
}

function becauseOf(incident: IncidentView): string | null {
  const rules = incident.decision?.["rules"];
  const first: unknown = Array.isArray(rules) ? rules[0] : undefined;
  if (typeof first !== "object" || first === null || !("because" in first)) return null;
  return typeof first.because === "string" ? first.because : null;
}

function answerOf(fact: FactDefinition, value: FactValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (fact.type === "choice") return fact.options.find((one) => one.value === value)?.label ?? String(value);
  return "unit" in fact ? `${String(value)} ${fact.unit}` : String(value);
}
