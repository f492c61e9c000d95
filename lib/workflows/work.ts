import type { AdapterContext, Evidence, Executor, Identity } from "#lib/adapters/contract.ts";
import type { PlannedStep } from "#lib/commands/step/execution.ts";
import type { StepChange } from "#lib/commands/step/record.ts";
import type { StepFault } from "#lib/commands/step/step-fault.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { Json } from "#lib/domain/json.ts";
import { Parted, type Run } from "#lib/engine/run.ts";
import type { Log } from "#lib/platform/log.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import { redactJson } from "#lib/workflows/redact-json.ts";
import { requireSameSystem } from "#lib/workflows/require-same-system.ts";
import { shownText } from "#lib/workflows/shown-text.ts";
import { Stopped, type Stepping } from "#lib/workflows/stepping.ts";

/** A step being worked on, with what is known of it so far. */
export type Work = {
  run: Run;
  step: PlannedStep;
  stepping: Stepping;
  // The desired state and the observation of an operation are only carried between its own calls.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- existential types do not exist in TypeScript
  executor: Executor<any, any, any>;
  desired: unknown;
  attempt: number;
  retries: number;
  /** Whether an effect was asked for whose outcome nobody knows. */
  isUnsettled: boolean;
  hasActed: boolean;
  /** Whether this execution has asked for an effect, whatever came of it. */
  isAskedFor: boolean;
  summary: string;
  /** Asks which system answers there; null where its adapter cannot tell. Throws Fault. */
  identify: (ctx: AdapterContext<unknown>) => Promise<Identity | null>;
  /** Whether it was seen, by this attempt, that the system of the plan answers. */
  isIdentified: boolean;
  /** As the adapter gave it, for its own next call. */
  rawObserved: unknown;
  /** As it is recorded. */
  observed: Json;
  redact: (text: string) => string;
  log: Log;
};

const mostRetrySeconds = 15;

/** Proves that the target is as wanted, and finishes the step. A check does its whole work here. */
export async function prove(work: Work): Promise<void> {
  const { stepping, executor, desired, run } = work;
  for (;;) {
    run.handOver();
    let evidence: Evidence[];
    try {
      await identify(work, true);
      evidence = await stepping.call((ctx) => executor.verify(ctx, desired), { isInterruptible: true });
    } catch (error) {
      const fault = faultOf(work, error, "permanent");
      if (fault.kind === "permanent") return fail(work, fault);
      await retryLater(work, fault);
      continue;
    }
    const bad = evidence.length === 0 ? nothingSeen : evidence.find((one) => !one.ok);
    if (bad) return fail(work, notProven(bad), evidence);
    const state = work.isAskedFor || work.hasActed || !work.step.mutating ? "done" : "already_done";
    return stepping.record({
      type: "finished",
      state,
      attempt: work.attempt,
      summary: work.redact(work.summary),
      observed: work.observed,
      evidence: shownEvidence(evidence, work.redact),
      output: await stepping.takeOutput(),
    });
  }
}

/** Sees that it is still the system of the plan that answers, once for each attempt. Throws Fault WRONG_SYSTEM. */
export async function identify(work: Work, isInterruptible: boolean): Promise<void> {
  if (work.isIdentified) return;
  const here = await work.stepping.call((ctx) => work.identify(ctx), { isInterruptible });
  requireSameSystem(work.step.identity ?? null, here);
  work.isIdentified = true;
}

/** What a failed call means. Errors that end the execution pass through. */
export function faultOf(work: Work, error: unknown, kindOfBug: StepFault["kind"]): StepFault {
  if (error instanceof Stopped || error instanceof Parted) throw error;
  if (!(error instanceof Fault)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    work.log.error({ step: work.step.key, detail: work.redact(detail) }, "an adapter broke");
  }
  return stepFault(error, kindOfBug, work.redact);
}

/** Ends the run here: the step failed, or nobody knows what became of its effect. Throws Stopped. */
export async function fail(work: Work, fault: StepFault, evidence: Evidence[] = []): Promise<void> {
  const output = await work.stepping.takeOutput();
  const proof = shownEvidence(evidence, work.redact);
  await work.stepping.record(failure(work.isUnsettled, work.attempt, fault, work.observed, proof, output));
}

export function failure(
  isUnsettled: boolean,
  attempt: number,
  error: StepFault,
  observed: Json,
  evidence: Evidence[],
  output: string[],
): StepChange {
  return { type: isUnsettled ? "uncertain" : "failed", attempt, error, observed, evidence, output };
}

/** Waits 1, 2, 4, 8, 15, 15 … seconds in sight of everyone; gives up where the step's limit would pass. */
export async function retryLater(work: Work, fault: StepFault): Promise<void> {
  const { stepping } = work;
  const nextAt = Date.now() + Math.min(2 ** work.retries, mostRetrySeconds) * 1000;
  work.retries += 1;
  if (stepping.isOverLimit(nextAt)) return fail(work, fault);
  if (work.attempt === 0) work.attempt = 1;
  await stepping.record({
    type: "retrying",
    attempt: work.attempt,
    error: fault,
    nextRetryAt: new Date(nextAt).toISOString(),
    isUnsettled: work.isUnsettled,
  });
  await stepping.waitUntil(nextAt);
  work.isIdentified = work.step.identity === undefined;
  if (!work.step.mutating || !work.isUnsettled) work.attempt += 1;
}

const longestDetail = 80_000;

const shownEvidence = (evidence: Evidence[], redact: (text: string) => string): Evidence[] =>
  redactJson(evidence, (text) => shownText(text, redact, longestDetail));

const nothingSeen = { title: "Proof", detail: "Nothing was looked at, and unknown is not good." };

function notProven(bad: Pick<Evidence, "title" | "detail">): StepFault {
  return {
    kind: "permanent",
    code: "NOT_VERIFIED",
    message: `${bad.title}: ${bad.detail}`,
    advice: "Look at the target. Retry when it should pass, or go on with a reason.",
  };
}
