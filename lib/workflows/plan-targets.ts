import { z } from "zod";
import type { StepFault } from "#lib/commands/step/step-fault.ts";
import type { PlannedOperation, PlanTarget } from "#lib/domain/build-plan-input.ts";
import { JsonObject } from "#lib/domain/json.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import type { LanePreparation } from "#lib/workflows/load-lane.ts";
import { openTarget } from "#lib/workflows/operation.ts";
import { redactJson } from "#lib/workflows/redact-json.ts";
import type { Tools } from "#lib/workflows/tools.ts";

export type Planning = {
  planned: PlannedOperation[];
  /** Targets that could not be planned for, with what to do. */
  troubles: { target: PlanTarget; fault: StepFault }[];
};

const patienceMs = 10_000;
const References = z.record(z.string(), z.string());

/** A service's targets, and for which rollback they are asked. */
type Asked = Pick<LanePreparation, "allow" | "targets" | "scope" | "from" | "to"> & {
  rollback: { id: string };
};

/** Asks every target in scope what it would take. Looks only; what goes wrong is told, never thrown. */
export async function planTargets(asked: Asked, tools: Tools, signal: AbortSignal): Promise<Planning> {
  const targets = asked.targets.filter((target) => asked.scope.includes(target.component));
  const answers = await Promise.all(targets.map((target) => planTarget(asked, target, tools, signal)));
  return {
    planned: answers.flatMap((answer) => answer.planned),
    troubles: answers.flatMap((answer) => answer.troubles),
  };
}

async function planTarget(
  asked: Asked,
  { component, adapter, settings, secrets }: PlanTarget,
  tools: Tools,
  signal: AbortSignal,
): Promise<Planning> {
  const target = { component, adapter, settings, secrets };
  const planned: PlannedOperation[] = [];
  let redact = (text: string): string => text;
  try {
    const open = await openTarget(tools, { ...target, allow: asked.allow });
    redact = open.redact;
    const ctx = open.context({
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      effectKey: asked.rollback.id,
      previous: "none",
      log: () => undefined,
    });
    const request = { component, from: asked.from, to: asked.to, rollback: asked.rollback.id };
    for (const operation of open.operations) {
      const answer = await operation.plan(ctx, request);
      if (answer === null) continue;
      const executor = await operation.executor();
      const desired: unknown = answer.desired;
      const { id, phase, mutating, reversibility, limitSeconds } = operation;
      planned.push({
        target: { ...target, secrets: References.parse(secrets) },
        operation: { id, phase, mutating, reversibility, limitSeconds },
        title: redact(answer.title),
        desired: JsonObject.parse(redactJson(desired, redact)),
        observedBefore:
          answer.observed === null ? null : redactJson(executor.stable(answer.observed), redact),
        command: redact(operation.command(open.settings, desired, Object.keys(secrets))),
        ...(answer.notReverted ? { notReverted: answer.notReverted } : {}),
      });
    }
    return { planned, troubles: [] };
  } catch (error) {
    return { planned: [], troubles: [{ target, fault: stepFault(error, "permanent", redact) }] };
  }
}
