import type { Json } from "#lib/domain/json.ts";
import { allowedFor, type PlanBody, type PlanStep } from "#lib/domain/plan.ts";
import { deaf } from "#lib/workflows/deaf.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import { openTarget, operationOf } from "#lib/workflows/operation.ts";
import { redactJson } from "#lib/workflows/redact-json.ts";
import { requireSameSystem } from "#lib/workflows/require-same-system.ts";
import type { Tools } from "#lib/workflows/tools.ts";

export type Look = {
  /** The stable part of what each target shows, by step key. */
  steps: Record<string, Json>;
  /** Why a target could not be seen, by step key. */
  faults: Record<string, string>;
};

type Looking = {
  steps: readonly PlanStep[];
  plan: Pick<PlanBody, "allow" | "members">;
  tools: Tools;
  rollback: string;
  signal: AbortSignal;
};

const patienceMs = 8000;

/** Looks at the targets of these steps, all at once, without touching anything. */
export async function lookAtSteps({ steps, plan, tools, rollback, signal }: Looking): Promise<Look> {
  const look: Look = { steps: {}, faults: {} };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  await Promise.all(
    steps.map(async (step) => {
      let redact = (text: string): string => text;
      try {
        const target = await openTarget(tools, { ...step, allow: allowedFor(plan, step) });
        redact = target.redact;
        const operation = operationOf(target, step.operation);
        const executor = await operation.executor();
        const desired: unknown = operation.desired.parse(step.desired);
        const ctx = target.context({
          signal: patience,
          effectKey: `${rollback}:${step.key}`,
          previous: "none",
          log: () => undefined,
        });
        const seen = async (): Promise<unknown> => {
          if (step.identity !== undefined) requireSameSystem(step.identity, await target.identify(ctx));
          return executor.observe(ctx, desired);
        };
        const observed = await Promise.race([seen(), deaf(patience)]);
        look.steps[step.key] = redactJson(executor.stable(observed), redact);
      } catch (error) {
        look.faults[step.key] = stepFault(error, "permanent", redact).message;
      }
    }),
  );
  return look;
}
