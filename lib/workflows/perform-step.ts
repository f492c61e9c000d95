import type { PlannedStep, Speaker } from "#lib/commands/step/execution.ts";
import { isSettled, StepState } from "#lib/domain/rollback.ts";
import { Parted, type Run } from "#lib/engine/run.ts";
import type { Log } from "#lib/platform/log.ts";
import { converge } from "#lib/workflows/converge.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import { executorOf, openTarget, operationOf } from "#lib/workflows/operation.ts";
import { openStepping, Stopped, type Stepping } from "#lib/workflows/stepping.ts";
import type { Step } from "#prisma/client.ts";
import type { Tools } from "#lib/workflows/tools.ts";
import { failure, prove, type Work } from "#lib/workflows/work.ts";

export type Performing = {
  run: Run;
  speaker: Speaker;
  step: PlannedStep;
  /** As it was when this execution began: nobody else has changed it since. */
  row: Step;
  /** Host:port pairs that this step may call. */
  allow: readonly string[];
  tools: Tools;
  log: Log;
};

/** Brings one step to its end, or to where people must decide. "stop": the run has ended. Throws Parted. */
export async function performStep(performing: Performing): Promise<"go" | "stop"> {
  const { run, speaker, step, row, allow, tools, log } = performing;
  if (isSettled(StepState.parse(row.state))) return "go";
  let stepping: Stepping | null = null;
  try {
    const opened = await open(performing);
    if ("fault" in opened) {
      stepping = openStepping({ run, speaker, step, row, target: unopened, log });
      await stepping.record(failure(row.intendedAt !== null, row.attempts, opened.fault, null, [], []));
      return "stop";
    }
    const { target, executor, desired } = opened;
    stepping = openStepping({ run, speaker, step, row, target, log });
    const work: Work = {
      run,
      step,
      stepping,
      executor,
      desired,
      attempt: row.attempts,
      retries: 0,
      isUnsettled: row.intendedAt !== null,
      hasActed: false,
      isAskedFor: row.intendedAt !== null,
      identify: target.identify,
      isIdentified: step.identity === undefined,
      summary: "",
      rawObserved: null,
      observed: null,
      redact: target.redact,
      log,
    };
    if (step.mutating) await converge(work);
    else await prove(work);
    return "go";
  } catch (error) {
    if (error instanceof Stopped) return "stop";
    throw error;
  } finally {
    stepping?.close();
  }

  async function open({ run }: Performing) {
    try {
      run.handOver();
      const target = await openTarget(tools, { ...step, allow });
      const operation = operationOf(target, step.operation);
      const desired: unknown = operation.desired.parse(step.desired);
      return { target, executor: await executorOf(operation, step), desired };
    } catch (error) {
      if (error instanceof Parted) throw error;
      return { fault: stepFault(error, "permanent", (text) => text) };
    }
  }
}

/** Only said of a step whose target could not even be opened: nothing is called. */
const unopened = {
  operations: [],
  settings: undefined,
  lookSeconds: 0,
  identify: () => Promise.resolve(null),
  inspect: () => Promise.resolve(null),
  context: (): never => {
    throw new Error("This target was not opened.");
  },
  redact: (text: string) => text,
};
