import { z } from "zod";
import type { Actor } from "#lib/domain/actor.ts";
import { authority } from "#lib/domain/authority.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { command, type Outcome } from "#lib/commands/command.ts";
import type { Idempotency } from "#lib/commands/idempotency.ts";
import { freshChecks } from "#lib/commands/rollback/fresh-checks.ts";
import { freshLook, type FreshLook } from "#lib/commands/rollback/fresh-look.ts";
import { requireAllowed } from "#lib/commands/rollback/require-allowed.ts";
import { requireChecklist } from "#lib/commands/rollback/require-checklist.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { reopenPlan } from "#lib/commands/rollback/reopen-plan.ts";
import { recheckMembers } from "#lib/commands/rollback/resolve-members.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import type { Json } from "#lib/domain/json.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { PlanBody, planSteps } from "#lib/domain/plan.ts";
import { covers } from "#lib/domain/role.ts";
import { ExecuteRollback } from "#lib/domain/rollback.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import { db } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { checkTargetVersion } from "#lib/queries/rollback/check-target-version.ts";
import { loadRollback, lockRollback } from "#lib/queries/rollback/load.ts";
import { checkStandingAuthority } from "#lib/queries/rollback/standing-authority.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";

type Drift = { step: string; title: string; signed: Json; found: Json };
type Result = { state: "running" } | { state: "draft"; stale: string };

const Asked = ExecuteRollback.extend({ id: z.string().max(64) });

const start = command({
  name: "rollback.execute",
  input: Asked.extend({ look: z.custom<FreshLook | null>() }).strict(),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, input, loaded, now }) {
    const { rollback, subject, also } = loaded;
    const reopened = async (reason: string, drift: Drift[]): Promise<Outcome<Result>> => {
      await reopenPlan(tx, loaded, reason, now);
      const data = { reason, drift, planHash: rollback.planHash };
      const event: NewEvent = { type: "rollback.approvals_voided", subject, also, data };
      return { result: { state: "draft", stale: reason }, events: [event] };
    };
    if (actor.kind !== "user") throw new Refusal("FORBIDDEN", "A person executes a rollback.");
    requireState(loaded.state, ["approved"], "A rollback cannot be executed");
    if (rollback.expiresAt && rollback.expiresAt <= now) {
      throw new Refusal("APPROVAL_EXPIRED", "The approval has expired. Submit the plan again.");
    }
    if (input.planHash !== rollback.planHash || !rollback.plan) {
      throw new Refusal("PLAN_STALE", "This is not the plan that was approved. Nothing was done.", {
        extra: { planHash: rollback.planHash },
      });
    }
    if (sha256(rollback.plan) !== rollback.planHash) {
      return reopened("The stored plan is not the one that was signed.", []);
    }
    const plan = PlanBody.parse(JSON.parse(rollback.plan));
    requireAllowed(await checkStandingAuthority(tx, loaded, now));
    await requireChecklist(tx, [rollback.id], "execute", "The checklist before execution");
    await checkTargetVersion(tx, rollback.serviceId, rollback.environment, rollback.toVersion);
    await recheckMembers(tx, loaded.found, plan.members ?? []);
    if (plan.dataLoss && input.confirmation !== plan.dataLoss.phrase) {
      const message = `Type exactly: ${plan.dataLoss.phrase}`;
      throw new Refusal("CONFIRMATION_REQUIRED", message, { errors: [{ path: "confirmation", message }] });
    }
    const drift = input.look ? driftOf(plan, input.look) : [];
    if (drift.length > 0) {
      return reopened(
        `The target changed after the plan was made: ${drift.map((d) => d.title).join(", ")}.`,
        drift,
      );
    }
    await tx.rollback.update({
      where: { id: rollback.id },
      data: {
        state: "running",
        startedAt: now,
        startedById: actor.id,
        driverId: actor.id,
        deadlineAt: new Date(now.getTime() + plan.limits.rollbackSeconds * 1000),
        touchedAt: now,
        control: null,
        controlReason: null,
      },
    });
    if (rollback.incidentId) {
      await tx.incident.updateMany({
        where: {
          id: rollback.incidentId,
          state: { in: ["detected", "acknowledged", "deciding", "monitoring"] },
        },
        data: { state: "rolling_back" },
      });
    }
    await enqueueRun(tx, "rollback", rollback.id);
    const result: Result = { state: "running" };
    return {
      result,
      events: [
        {
          type: "rollback.started",
          subject,
          also,
          data: {
            planHash: rollback.planHash,
            limits: plan.limits,
            observed: input.look ? "fresh" : "by the worker at its start",
          },
        },
      ],
    };
  },
});

/**
 * Starts the execution of an approved plan. The targets are looked at first; if one no longer shows what the plan was
 * signed for, approvals are void and PLAN_STALE is thrown. Throws also LOCKED, ROLE_REVOKED, APPROVAL_EXPIRED, PINNED,
 * CONFIRMATION_REQUIRED, CHECKLIST_OPEN, PLAYBOOK_REFUSES. When no worker answers in time, the worker that takes the run makes the same
 * check.
 */
export async function executeRollback(
  actor: Actor,
  input: z.input<typeof Asked>,
  idempotency?: Idempotency,
): Promise<{ state: "running" }> {
  const asked = parseInput(Asked, input);
  const id = await requireMayExecute(actor, asked.id);
  const [look] = await Promise.all([freshLook(id), freshChecks(id)]);
  const result = await start(actor, { ...asked, look }, idempotency);
  if (result.state === "running") return result;
  throw new Refusal(
    "PLAN_STALE",
    `${result.stale} Approvals are void; a new plan is being prepared. Nothing was done.`,
  );
}

/** Before anything is looked at; gives the id. The command asks again, where the data is. */
async function requireMayExecute(actor: Actor, idOrNumber: string): Promise<string> {
  const { rollback, found } = await loadRollback(db(), idOrNumber);
  const role = actor.kind === "user" ? await roleIn(actor, found.service.system) : null;
  if (role !== null && covers(role, authority["rollback.execute"].role)) return rollback.id;
  throw new Refusal("FORBIDDEN", "Executing a rollback needs the role operator. Nothing was changed.");
}

function driftOf(plan: PlanBody, look: FreshLook): Drift[] {
  return planSteps(plan).flatMap((step) => {
    if (step.observedBefore === null || !(step.key in look.steps)) return [];
    const found = look.steps[step.key] ?? null;
    if (canonical(found) === canonical(step.observedBefore)) return [];
    return [{ step: step.key, title: step.title, signed: step.observedBefore, found }];
  });
}
