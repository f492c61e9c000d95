import { setTimeout as delay } from "node:timers/promises";
import type { StepFault } from "#lib/commands/step/step-fault.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import { redactJson } from "#lib/workflows/redact-json.ts";
import { overLimit } from "#lib/workflows/stepping.ts";
import { fail, faultOf, identify, prove, retryLater, type Work } from "#lib/workflows/work.ts";

/** Looks after these pauses, in ms, whether a target that was asked to change has changed. */
const settlePauses = [0, 100, 250, 500, 1000, 2000];

type Sight = "done" | "not_done" | StepFault;

/**
 * Law 1: look, act only if different, look again. An effect that was asked for and never answered is settled by
 * looking at the target; only then is the adapter, which knows whether its target bears a repeat, asked again.
 */
export async function converge(work: Work): Promise<void> {
  let hasSettled = false;
  for (;;) {
    work.run.handOver();
    const sight = await look(work, !work.isUnsettled && !work.hasActed);
    if (sight === "done") return conclude(work);
    if (sight !== "not_done") {
      if (sight.kind === "permanent") return fail(work, sight);
      await retryLater(work, sight);
      continue;
    }
    if ((work.isUnsettled && !hasSettled) || work.hasActed) {
      hasSettled = true;
      if ((await settle(work)) === "done") return conclude(work);
      if (work.hasActed) return fail(work, notAsWanted);
    }
    if (work.stepping.isOverLimit()) {
      return fail(work, stepFault(overLimit(work.step, true), "permanent", work.redact));
    }
    const wasUnsettled = work.isUnsettled;
    const fault = await act(work);
    if (fault === null) continue;
    if (fault.kind === "permanent") return fail(work, fault);
    if (fault.kind === "transient") {
      await retryLater(work, fault);
      continue;
    }
    work.isUnsettled = true;
    hasSettled = true;
    const after = await settle(work);
    if (after === "done") return conclude(work);
    if (after !== "not_done") return fail(work, unseen(fault, after));
    if (wasUnsettled) return fail(work, fault);
  }
}

/** Asks for the effect, after its intent is on record. Null: it answered. */
async function act(work: Work): Promise<StepFault | null> {
  const { stepping, executor, desired, run, rawObserved: observed } = work;
  const { isUnsettled } = work;
  const attempt = work.attempt + 1;
  await stepping.record({ type: "intended", attempt, observed: work.observed, isUnsettled });
  work.attempt = attempt;
  work.isAskedFor = true;
  await run.confirmOwned();
  try {
    const receipt = await stepping.call((ctx) => executor.apply(ctx, desired, observed), {
      isInterruptible: false,
      previous: isUnsettled ? "unknown" : "none",
    });
    work.isUnsettled = false;
    work.hasActed = true;
    work.summary = receipt.summary;
    return null;
  } catch (error) {
    return faultOf(work, error, "unknown");
  }
}

async function look(work: Work, isInterruptible: boolean): Promise<Sight> {
  const { stepping, executor, desired } = work;
  try {
    await identify(work, isInterruptible);
    const observed: unknown = await stepping.call((ctx) => executor.observe(ctx, desired), {
      isInterruptible,
    });
    work.rawObserved = observed;
    work.observed = redactJson(executor.stable(observed), work.redact);
    return executor.isDone(desired, observed) ? "done" : "not_done";
  } catch (error) {
    return faultOf(work, error, "permanent");
  }
}

/** Gives the target a moment, looking. What is seen last counts. */
async function settle(work: Work): Promise<Sight> {
  if (work.isUnsettled) {
    const detail = "What was asked of the target was never answered. Looking whether it took effect.";
    await work.stepping.record({ type: "observed", attempt: work.attempt, observed: work.observed, detail });
  }
  let sight: Sight = "not_done";
  for (const pause of settlePauses) {
    await delay(pause, undefined, { signal: work.run.signal }).catch(() => undefined);
    sight = await look(work, false);
    if (sight === "done") return sight;
  }
  return sight;
}

/** The state is reached: what it was before is settled, and what remains is to prove it. */
async function conclude(work: Work): Promise<void> {
  if (work.isUnsettled) {
    work.isUnsettled = false;
    work.hasActed = true;
    work.summary = "Settled by looking: the target is as wanted.";
  } else if (work.isAskedFor && !work.hasActed) {
    work.summary = "It was asked for and not answered as done; the target is as wanted now.";
  }
  return prove(work);
}

const notAsWanted: StepFault = {
  kind: "permanent",
  code: "NOT_AS_WANTED",
  message: "The target accepted the change and does not show it.",
  advice: "Look at the target, then retry, or run the command by hand.",
};

function unseen(fault: StepFault, look: StepFault): StepFault {
  return {
    ...fault,
    message: `${fault.message} The target cannot be seen either: ${look.message}`,
    advice: look.advice,
  };
}
