import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { requireAllowed } from "#lib/commands/rollback/require-allowed.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import type { Actor, UserActor } from "#lib/domain/actor.ts";
import { authorityOf, chooseCapacity, type Capacity } from "#lib/domain/approval-capacity.ts";
import { standingOf } from "#lib/domain/approval-standing.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { Role } from "#lib/domain/role.ts";
import { DecideApproval } from "#lib/domain/rollback.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";
import { capacitiesOf } from "#lib/queries/approval/capacities.ts";
import { readStanding, type Standing } from "#lib/queries/approval/standing.ts";
import { lockRollback, type LoadedRollback } from "#lib/queries/rollback/load.ts";

/**
 * Approves or rejects the very plan that was shown, in whichever capacity the playbook takes: an own role, a duty or a
 * lent role. The quorum's last approval makes the rollback executable.
 */
export const decideApproval = command({
  name: "rollback.approve",
  input: DecideApproval.extend({ rollback: z.string().max(64) }).strict(),
  async load(tx, input, actor) {
    const loaded = await lockRollback(tx, input.rollback);
    const standing = await readStanding(tx, loaded, new Date());
    // Asked before the role: whoever wrote the plan is told so, whatever else they may do.
    if (input.decision === "approve" && standing.rules.fourEyes && hasWritten(loaded, actor)) {
      throw new Refusal(
        "SELF_APPROVAL",
        "You started or edited this plan, so someone else has to approve it.",
      );
    }
    return { place: loaded.found.place, loaded: { ...loaded, standing } };
  },
  async run({ tx, actor, input, loaded, role, now }) {
    const { rollback, subject, also, standing } = loaded;
    if (actor.kind !== "user" || role === null) throw new Refusal("FORBIDDEN", "A person approves a plan.");
    requireOpen(loaded, input.planHash, now);
    // The incident may have been graded anew since the plan was submitted.
    if (input.decision === "approve") requireAllowed(standing.rules);
    const capacity = await requireCapacity(tx, { actor, role, loaded, standing, now });
    const decision = {
      planHash: rollback.planHash,
      comment: input.comment ?? null,
      role: capacity.role,
      via: viaOf(capacity),
    };
    await tx.approval.create({
      data: {
        id: newId("apr"),
        rollbackId: rollback.id,
        userId: actor.id,
        role: capacity.role,
        viaKind: capacity.kind,
        viaId: capacity.kind === "role" ? null : capacity.id,
        decision: input.decision,
        planHash: input.planHash,
        comment: input.comment ?? null,
        at: now,
      },
    });
    if (input.decision === "reject") {
      await tx.rollback.update({
        where: { id: rollback.id },
        data: { state: "rejected", endedAt: now, outcome: "rejected", touchedAt: now },
      });
      return {
        result: { state: "rejected" },
        events: [{ type: "rollback.rejected", subject, also, data: decision }],
      };
    }
    const { required, circles } = standing.rules;
    const given = standingOf(circles, standing.given).length + 1;
    const approval: NewEvent = {
      type: "rollback.approval_given",
      subject,
      also,
      data: { ...decision, given, required },
    };
    if (given < required) return { result: { state: "awaiting_approval" }, events: [approval] };
    await tx.rollback.update({
      where: { id: rollback.id },
      data: { state: "approved", approvedAt: now, touchedAt: now },
    });
    const why = "approved by the quorum";
    return {
      result: { state: "approved" },
      events: [
        approval,
        { type: "rollback.approved", subject, also, data: { planHash: rollback.planHash, why } },
      ],
    };
  },
});

function hasWritten({ rollback }: LoadedRollback, actor: Actor): boolean {
  return rollback.initiatorId === actor.id || rollback.editorIds.includes(actor.id);
}

function requireOpen({ rollback, state }: LoadedRollback, planHash: string, now: Date): void {
  if (state === "expired") throw new Refusal("APPROVAL_EXPIRED", "This request for approval has expired.");
  requireState(state, ["awaiting_approval"], "A plan cannot be approved or rejected");
  if (rollback.expiresAt && rollback.expiresAt <= now) {
    throw new Refusal("APPROVAL_EXPIRED", "This request for approval has expired. Submit the plan again.");
  }
  if (planHash === rollback.planHash) return;
  const message = "The plan changed after you opened it. Read it again before you decide.";
  throw new Refusal("PLAN_STALE", message, { extra: { planHash: rollback.planHash } });
}

type Asking = { actor: UserActor; role: Role; loaded: LoadedRollback; standing: Standing; now: Date };

async function requireCapacity(tx: Tx, { actor, role, loaded, standing, now }: Asking): Promise<Capacity> {
  const { rollback, found } = loaded;
  const { circles } = standing.rules;
  const where = { system: found.service.system, role, now };
  const choice = chooseCapacity({
    circles,
    userId: actor.id,
    capacities: await capacitiesOf(tx, actor, where, "for deciding"),
    authors: [rollback.initiatorId, ...rollback.editorIds],
    given: standingOf(circles, standing.given).map(({ by, capacity }) => ({
      userId: by.id,
      authority: authorityOf(by.id, capacity),
    })),
  });
  if (choice.ok) return choice.capacity;
  const code = ({ not_eligible: "FORBIDDEN", author: "SELF_APPROVAL", used: "WRONG_STATE" } as const)[
    choice.why
  ];
  throw new Refusal(code, `${choice.sentence} Nothing was changed.`);
}

/** In which capacity, for the record; null for a role of one's own. */
function viaOf(capacity: Capacity): JsonObject | null {
  if (capacity.kind === "role") return null;
  const { kind, id, until } = capacity;
  return kind === "on_call" ? { kind, id, until } : { kind, id, until, lender: capacity.lender };
}
