import { Outdated, preparePlan, type PreparedItem } from "#lib/commands/rollback/prepare.ts";
import type { LaneInput } from "#lib/domain/build-plan-input.ts";
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
import type { LanePreparation } from "#lib/workflows/load-lane.ts";
import {
  loadPreparation,
  type CompanionPreparation,
  type Preparation,
} from "#lib/workflows/load-preparation.ts";
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
  const beside = await planCompanions(asked, tools, run.signal);
  planning.troubles.push(...beside.flatMap((one) => one.planning.troubles));
  const built = build(asked, planning, beside);
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

type Beside = { companion: CompanionPreparation; planning: Planning };

/** Asks the targets of the services that move too; what goes wrong there is told with the service's name. */
function planCompanions(asked: Preparation, tools: Tools, signal: AbortSignal): Promise<Beside[]> {
  return Promise.all(
    asked.companions.map(async (companion) => {
      const planning = await planTargets({ ...companion, rollback: asked.rollback }, tools, signal);
      const troubles = planning.troubles.map(({ target, fault }) => ({
        target,
        fault: { ...fault, message: `${companion.service}: ${fault.message}` },
      }));
      return { companion, planning: { ...planning, troubles } };
    }),
  );
}

type Built = { plan: string; why: null } | { plan: null; why: Trouble };
type Trouble = { message: string; advice: string };

function build(asked: Preparation, planning: Planning, beside: readonly Beside[]): Built {
  const trouble = planning.troubles[0];
  if (trouble) {
    const { target, fault } = trouble;
    return { plan: null, why: { message: `${target.component}: ${fault.message}`, advice: fault.advice } };
  }
  const { rollback } = asked;
  const { rollbackSeconds, healthSeconds } = config();
  try {
    const body = buildPlan({
      ...laneInput(asked, planning),
      facts: asked.facts,
      rollback: rollback.id,
      environment: { name: rollback.environment, allow: asked.allow },
      strategy: rollback.strategy,
      emergency: asked.emergency,
      drill: rollback.drill,
      limits: { rollbackSeconds, healthSeconds },
      // Its own lane waits too where it is not the first, unless nobody wanted any wait.
      hold: beside.some(({ companion }) => companion.hold),
      members: beside.map(({ companion, planning: own }) => ({
        ...laneInput(companion, own),
        hold: companion.hold,
        because: companion.because,
      })),
      lanes: asked.lanes,
    });
    // As it will be read back: what zod would drop or change must not have been signed.
    return { plan: canonical(PlanBody.parse(body)), why: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { plan: null, why: { message: error.message, advice: "Change the scope or the procedure." } };
  }
}

function laneInput(lane: LanePreparation, planning: Planning): LaneInput {
  const { service, allow, from, to, scope, playbook, procedure, targets, dataLoss, experience } = lane;
  return {
    service,
    environment: { allow },
    from,
    to,
    scope,
    playbook,
    procedure,
    registered: targets.map((target) => target.component),
    planned: planning.planned,
    dataLoss,
    history: experience,
  };
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
