import { moveToManual } from "#lib/commands/rollback/move-to-manual.ts";
import type { PlannedStep } from "#lib/commands/step/execution.ts";
import { allowedFor, type PlanBody } from "#lib/domain/plan.ts";
import { letGo, persistently } from "#lib/engine/persistently.ts";
import { Parted, type Run } from "#lib/engine/run.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Log } from "#lib/platform/log.ts";
import { worker } from "#lib/workflows/actor.ts";
import { stepFault } from "#lib/workflows/fault.ts";
import { openTarget, operationOf } from "#lib/workflows/operation.ts";
import type { Tools } from "#lib/workflows/tools.ts";

type Monitoring = {
  run: Run;
  rollback: string;
  steps: readonly PlannedStep[];
  plan: Pick<PlanBody, "allow" | "members">;
  tools: Tools;
  log: Log;
};

/** Looks often enough to see a relapse, and seldom enough not to be load: a twentieth of the window, 1 to 30 s. */
const shares = 20;
/** One bad look may be the look; so many in a row are the service. */
const badLooks = 3;
const callMs = 15_000;

/** Watches the restored version until the window closes. "stop": it did not stay healthy, and people were asked. */
export async function monitor(monitoring: Monitoring): Promise<"go" | "stop"> {
  const { run, rollback, steps } = monitoring;
  const row = await persistently(
    () => db().rollback.findUniqueOrThrow({ where: { id: rollback } }),
    letGo(run.signal),
  );
  const until = (row.monitoringUntil ?? new Date()).getTime();
  const everyMs = Math.min(30_000, Math.max(1000, (until - Date.now()) / shares));
  const checks = steps.filter((step) => step.phase === "verification" && !step.mutating);
  let bad = 0;
  for (;;) {
    const left = until - Date.now();
    await wait(run, Math.min(everyMs, Math.max(0, left)));
    const trouble = await firstTrouble(monitoring, checks);
    bad = trouble === null ? 0 : bad + 1;
    if (trouble !== null && bad >= badLooks) return escalate(monitoring, trouble);
    if (trouble === null && Date.now() >= until) return "go";
  }
}

async function firstTrouble(monitoring: Monitoring, checks: readonly PlannedStep[]): Promise<string | null> {
  const { run, plan, tools, rollback, log } = monitoring;
  for (const step of checks) {
    let redact = (text: string): string => text;
    try {
      const target = await openTarget(tools, { ...step, allow: allowedFor(plan, step) });
      redact = target.redact;
      const operation = operationOf(target, step.operation);
      const executor = await operation.executor();
      const desired: unknown = operation.desired.parse(step.desired);
      const signal = AbortSignal.any([run.signal, AbortSignal.timeout(callMs)]);
      const effectKey = `${rollback}:${step.key}`;
      const ctx = target.context({ signal, effectKey, previous: "none", log: () => undefined });
      const evidence = await executor.verify(ctx, desired);
      const wrong = evidence.find((one) => !one.ok);
      if (wrong) return redact(`${step.title}: ${wrong.title}: ${wrong.detail}`);
    } catch (error) {
      const { message } = stepFault(error, "transient", redact);
      log.warn({ step: step.key, message }, "a check of the monitoring window failed");
      return `${step.title}: ${message}`;
    }
  }
  return null;
}

async function escalate({ run, rollback }: Monitoring, trouble: string): Promise<"stop"> {
  const input = {
    id: rollback,
    run: { id: run.id, generation: run.generation },
    reason: `The restored version did not stay healthy: ${trouble}`,
    fault: {
      kind: "permanent" as const,
      code: "NOT_HEALTHY",
      message: trouble,
      advice: "Look at the service. Resume to go on watching, or end the rollback and decide again.",
    },
  };
  await persistently(() => moveToManual(worker, input), letGo(run.signal));
  return "stop";
}

async function wait(run: Run, ms: number): Promise<void> {
  const end = Date.now() + ms;
  do {
    run.handOver();
    if (run.signal.aborted) throw new Parted("This execution was told to let go.");
    const left = end - Date.now();
    await new Promise((resolve) => setTimeout(resolve, Math.min(250, Math.max(0, left))));
  } while (Date.now() < end);
}
