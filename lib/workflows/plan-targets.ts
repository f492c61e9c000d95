import { z } from "zod";
import { plansOf } from "#lib/adapters/contract.ts";
import type { StepFault } from "#lib/commands/step/step-fault.ts";
import type { PlannedOperation, PlanTarget } from "#lib/domain/build-plan-input.ts";
import { Fault } from "#lib/domain/errors.ts";
import { JsonObject } from "#lib/domain/json.ts";
import { phaseIds, type PhaseId } from "#lib/domain/plan.ts";
import { procedureOf } from "#lib/domain/playbook.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import type { Component } from "#lib/domain/service.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import type { LanePreparation } from "#lib/workflows/load-lane.ts";
import { deaf } from "#lib/workflows/deaf.ts";
import { requireSameSystem } from "#lib/workflows/require-same-system.ts";
import { openTarget } from "#lib/workflows/operation.ts";
import { redactJson } from "#lib/workflows/redact-json.ts";
import type { Tools } from "#lib/workflows/tools.ts";

export type Planning = {
  planned: PlannedOperation[];
  /** Targets that could not be planned for, with what to do. */
  troubles: { target: PlanTarget; fault: StepFault }[];
};

const References = z.record(z.string(), z.string());

/** A service's targets, and for which rollback they are asked. */
type Asked = Pick<
  LanePreparation,
  "allow" | "targets" | "scope" | "from" | "to" | "playbook" | "procedure"
> & {
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
  { component, adapter, settings, secrets, identity: known }: Asked["targets"][number],
  tools: Tools,
  signal: AbortSignal,
): Promise<Planning> {
  const target = { component, adapter, settings, secrets };
  const planned: PlannedOperation[] = [];
  let redact = (text: string): string => text;
  let isOver = (): number | null => null;
  try {
    const open = await openTarget(tools, { ...target, allow: asked.allow });
    redact = open.redact;
    const limit = AbortSignal.timeout(open.lookSeconds * 1000);
    isOver = () => (limit.aborted && !signal.aborted ? open.lookSeconds : null);
    const patience = AbortSignal.any([signal, limit]);
    const heeding = <T>(work: Promise<T>): Promise<T> => Promise.race([work, deaf(patience)]);
    const ctx = open.context({
      signal: patience,
      effectKey: asked.rollback.id,
      previous: "none",
      log: () => undefined,
    });
    const identity = await heeding(open.identify(ctx));
    requireSameSystem(known, identity);
    const named = namedFor(procedureOf(asked.playbook, asked.procedure), component);
    const request = {
      component,
      from: asked.from,
      to: asked.to,
      rollback: asked.rollback.id,
      named: named.all,
      namedIn: named.by,
    };
    for (const operation of open.operations) {
      const isTaken = named.by[operation.phase]?.includes(operation.id) ?? true;
      const answers = await heeding(operation.plan(ctx, request)).catch((error: unknown) => {
        // What the procedure leaves out need not be possible.
        if (error instanceof Fault && !isTaken) return null;
        throw error;
      });
      for (const answer of plansOf(answers)) {
        const executor = await operation.executor();
        const desired: unknown = answer.desired;
        const { id, phase, mutating, reversibility, limitSeconds, serving } = operation;
        planned.push({
          target: { ...target, secrets: References.parse(secrets) },
          operation: {
            id,
            phase,
            mutating,
            reversibility,
            limitSeconds,
            ...(serving === undefined ? {} : { serving }),
          },
          title: redact(answer.title),
          desired: JsonObject.parse(redactJson(desired, redact)),
          observedBefore:
            answer.observed === null ? null : redactJson(executor.stable(answer.observed), redact),
          command: redact(operation.command(open.settings, desired, Object.keys(secrets))),
          ...(identity === null ? {} : { identity }),
          ...(answer.dataLossFrom === undefined
            ? {}
            : { dataLoss: { from: answer.dataLossFrom, to: new Date().toISOString() } }),
          ...(answer.notReverted ? { notReverted: answer.notReverted } : {}),
          ...(operation.release === undefined
            ? {}
            : {
                release: {
                  title: redact(operation.release.title(desired)),
                  command: redact(operation.release.command(open.settings, desired, Object.keys(secrets))),
                  limitSeconds: operation.release.limitSeconds,
                  until: operation.release.until,
                },
              }),
        });
      }
    }
    return { planned, troubles: [] };
  } catch (error) {
    const seconds = isOver();
    const fault = seconds === null ? error : tooSlow(seconds);
    return { planned: [], troubles: [{ target, fault: stepFault(fault, "permanent", redact) }] };
  }
}

function tooSlow(seconds: number): Fault {
  return new Fault(
    "transient",
    "LOOK_TIMEOUT",
    `It did not say within ${seconds} s what it would take.`,
    "See whether the target answers, and what keeps it busy; then ask for the plan again.",
  );
}

type Named = { by: Partial<Record<PhaseId, string[]>>; all: string[] | null };

/** The operations that a procedure names for a component: by phase where it names any there, and all together. */
function namedFor(procedure: Procedure | undefined, component: Component): Named {
  const by: Named["by"] = {};
  for (const phase of phaseIds)
    for (const step of procedure?.phases[phase] ?? [])
      if (step.component === component && step.operations)
        by[phase] = [...(by[phase] ?? []), ...step.operations];
  return { by, all: by.execution === undefined ? null : Object.values(by).flat() };
}
