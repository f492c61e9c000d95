import type { Actor } from "#lib/domain/actor.ts";
import type { Json } from "#lib/domain/json.ts";
import { PlanBody, type Plan } from "#lib/domain/plan.ts";
import { covers, Role } from "#lib/domain/role.ts";
import { Component } from "#lib/domain/service.ts";
import { StepState, type RollbackState } from "#lib/domain/rollback.ts";
import type { PersonRef, RollbackView, StepView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Step } from "#prisma/client.ts";
import { approvalsView } from "#lib/queries/approval/view.ts";
import { heldRole } from "#lib/queries/authority/held-role.ts";
import { currentAuthority } from "#lib/queries/authority/may-read.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { lastSeq } from "#lib/queries/event/stream.ts";
import { people } from "#lib/queries/people.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { checklistViews } from "#lib/queries/rollback/checklist.ts";
import { emergencyPart } from "#lib/queries/rollback/emergency.ts";
import { loadRollback } from "#lib/queries/rollback/load.ts";
import { memberViews } from "#lib/queries/rollback/members.ts";
import { iso, summarise } from "#lib/queries/rollback/summary.ts";

/** A rollback with all that its screen needs, by id or number. Throws NOT_FOUND. */
export async function getRollback(actor: Actor, idOrNumber: string): Promise<RollbackView> {
  const systems = await readableSystems(actor, "rollback.read");
  const loaded = await loadRollback(db(), idOrNumber);
  const { rollback, found, state } = loaded;
  requireReadable(systems, found.service.system, "rollback");
  const where = { rollbackId: rollback.id };
  const [steps, members, checklist, incident, playbook, seq] = await Promise.all([
    db().step.findMany({ where, orderBy: { position: "asc" } }),
    memberViews(rollback.id),
    db().checklistItem.findMany({ where, orderBy: { position: "asc" } }),
    rollback.incidentId ? db().incident.findUnique({ where: { id: rollback.incidentId } }) : null,
    playbookAt(db(), rollback.playbookId, rollback.playbookVersion),
    lastSeq(`rollback:${rollback.id}`),
  ]);
  const person = await people([
    rollback.initiatorId,
    rollback.driverId,
    ...rollback.editorIds,
    ...checklist.map((item) => item.byId),
    ...steps.map((step) => step.releasedBy),
  ]);
  const role = await roleOf(actor, found.service.system);
  const { approvals, whyNot } = await approvalsView(actor, role, loaded);
  const place = {
    name: found.service.name,
    system: found.service.system,
    protected: found.environment.protected,
  };
  return {
    ...summarise(rollback, place, person),
    incidentNumber: incident ? `INC-${incident.number}` : null,
    scope: rollback.scope.map((component) => Component.parse(component)),
    members,
    procedure: rollback.procedure,
    strategy: rollback.strategy,
    playbook: { id: rollback.playbookId, version: rollback.playbookVersion },
    driver: rollback.driverId ? person(rollback.driverId) : null,
    editors: rollback.editorIds.map(person),
    generation: rollback.generation,
    preparing: state === "draft" && rollback.preparedAt === null,
    plan: planOf(rollback.plan, rollback.planHash),
    ...checklistViews(checklist, { rollback, playbook, role, person }),
    approvals,
    steps: steps.map((step) => stepView(step, person)),
    control: rollback.control,
    submittedAt: iso(rollback.submittedAt),
    approvedAt: iso(rollback.approvedAt),
    deadlineAt: iso(rollback.deadlineAt),
    healthDeadlineAt: iso(rollback.healthDeadlineAt),
    errors: rollback.errors as Json,
    ...(await emergencyPart({ actor, role }, loaded, playbook)),
    lastSeq: seq,
    may: mayDo(role, state, whyNot),
    whyNotApprove: whyNot,
  };
}

async function roleOf(actor: Actor, system: string): Promise<Role | null> {
  if (actor.kind === "system") return null;
  const now = new Date();
  return heldRole(await currentAuthority(actor, now), system, now);
}

function mayDo(role: Role | null, state: RollbackState, whyNot: string | null): RollbackView["may"] {
  const isOperator = role !== null && covers(role, "operator");
  const isDraft = state === "draft";
  return {
    edit: isOperator && (isDraft || state === "awaiting_approval" || state === "approved"),
    check: isOperator && isDraft,
    submit: isOperator && isDraft,
    approve: state === "awaiting_approval" && whyNot === null,
    execute: isOperator && state === "approved",
    drive: isOperator,
    override: isDraft && role !== null && covers(role, "release_manager"),
  };
}

function planOf(text: string | null, hash: string | null): Plan | null {
  if (text === null || hash === null) return null;
  return { ...PlanBody.parse(JSON.parse(text)), hash };
}

function stepView(step: Step, person: (id: string) => PersonRef): StepView {
  return {
    key: step.key,
    state: StepState.parse(step.state),
    attempts: step.attempts,
    startedAt: iso(step.startedAt),
    endedAt: iso(step.endedAt),
    nextRetryAt: iso(step.nextRetryAt),
    heldAt: iso(step.heldAt),
    releasedAt: iso(step.releasedAt),
    releasedBy: step.releasedBy ? person(step.releasedBy) : null,
    observed: step.observed as Json,
    evidence: step.evidence as Json,
    error: step.error as Json,
  };
}
