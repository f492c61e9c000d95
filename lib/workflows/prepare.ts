import { Outdated, preparePlan, type PreparedItem } from "#lib/commands/rollback/prepare.ts";
import { buildPlan } from "#lib/domain/build-plan.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { PlanBody } from "#lib/domain/plan.ts";
import { endRun } from "#lib/engine/ownership.ts";
import { letGo, persistently } from "#lib/engine/persistently.ts";
import type { Handler, Run } from "#lib/engine/run.ts";
import { config } from "#lib/platform/config.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { createLog } from "#lib/platform/log.ts";
import { worker } from "#lib/workflows/actor.ts";
import { runChecklist } from "#lib/workflows/checklist.ts";
import { loadPreparation, type Preparation } from "#lib/workflows/load-preparation.ts";
import { planTargets, type Planning } from "#lib/workflows/plan-targets.ts";
import type { Tools } from "#lib/workflows/tools.ts";

/** Makes the plan of a draft: asks each target what it would take, runs the automatic checks, builds and stores. */
export function prepareHandler(tools: Tools): Handler {
  return {
    run: (run) => prepare(run, tools),
    // Whoever waits for the plan is told, instead of waiting.
    failed: async (run, error) => {
      const message =
        error instanceof Refusal ? error.message : `Lastgood itself broke here (run ${run.id}).`;
      const advice = "Change the request, or cancel it and look into the worker's log.";
      await store(run, null, [noPlan({ message, advice })]);
    },
  };
}

async function prepare(run: Run, tools: Tools): Promise<void> {
  const patiently = <R>(work: () => Promise<R>): Promise<R> => persistently(work, letGo(run.signal));
  const asked = await patiently(() => transact((tx) => loadPreparation(tx, run.subjectId)));
  const planning = await planTargets(asked, tools, run.signal);
  const built = build(asked, planning);
  const checklist = await patiently(() => runChecklist(asked, planning));
  if (built.plan === null) checklist.unshift(noPlan(built.why));
  await store(run, built.plan, checklist);
}

async function store(run: Run, plan: string | null, checklist: PreparedItem[]): Promise<void> {
  const wanted = run.input["preparation"];
  const input = {
    id: run.subjectId,
    preparation: typeof wanted === "number" ? wanted : 1,
    run: { id: run.id, generation: run.generation },
    plan,
    checklist,
  };
  try {
    await persistently(() => preparePlan(worker, input), letGo(run.signal));
  } catch (error) {
    if (!(error instanceof Outdated)) throw error;
    createLog("prepare").info({ rollback: run.subjectId }, "a newer preparation was asked for");
    await persistently(() => transact((tx) => endRun(tx, run)), letGo(run.signal));
  }
}

type Built = { plan: string; why: null } | { plan: null; why: Trouble };
type Trouble = { message: string; advice: string };

function build(asked: Preparation, planning: Planning): Built {
  const trouble = planning.troubles[0];
  if (trouble) {
    const { target, fault } = trouble;
    return { plan: null, why: { message: `${target.component}: ${fault.message}`, advice: fault.advice } };
  }
  const { rollback } = asked;
  const { rollbackSeconds, healthSeconds } = config();
  try {
    const body = buildPlan({
      rollback: rollback.id,
      service: rollback.serviceId,
      environment: { name: rollback.environment, allow: asked.allow },
      from: asked.from,
      to: asked.to,
      scope: asked.scope,
      playbook: asked.playbook,
      procedure: rollback.procedure,
      strategy: rollback.strategy,
      registered: asked.targets.map((target) => target.component),
      planned: planning.planned,
      emergency: asked.emergency,
      drill: rollback.drill,
      limits: { rollbackSeconds, healthSeconds },
      dataLoss: asked.dataLoss,
    });
    // As it will be read back: what zod would drop or change must not have been signed.
    return { plan: canonical(PlanBody.parse(body)), why: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { plan: null, why: { message: error.message, advice: "Change the scope or the procedure." } };
  }
}

function noPlan({ message, advice }: Trouble): PreparedItem {
  return {
    id: "plan-made",
    title: "A plan can be made",
    checklist: "plan",
    gate: "submit",
    kind: "automatic",
    required: true,
    state: "failed",
    evidence: message,
    advice,
    help: null,
    overrideRole: null,
  };
}
