import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { DecideApproval } from "#lib/domain/rollback.ts";
import { newId } from "#lib/platform/id.ts";
import { approvalRules } from "#lib/queries/approval/rules.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { severityOf } from "#lib/queries/incident/severity-of.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

/** Approves or rejects the very plan that was shown. The quorum's last approval makes the rollback executable. */
export const decideApproval = command({
  name: "rollback.approve",
  input: DecideApproval.extend({ rollback: z.string().max(64) }).strict(),
  async load(tx, input, actor) {
    const loaded = await lockRollback(tx, input.rollback);
    const { rollback, found } = loaded;
    const playbook = await playbookAt(tx, rollback.playbookId, rollback.playbookVersion);
    const rules = approvalRules(playbook, found.environment, await severityOf(tx, rollback.incidentId));
    const hasWritten = rollback.initiatorId === actor.id || rollback.editorIds.includes(actor.id);
    // Asked before the role: whoever wrote the plan is told so, whatever else they may do.
    if (hasWritten && rules.fourEyes && input.decision === "approve") {
      throw new Refusal(
        "SELF_APPROVAL",
        "You started or edited this plan, so someone else has to approve it.",
      );
    }
    return { place: found.place, loaded: { ...loaded, rules } };
  },
  async run({ tx, actor, input, loaded, role, now }) {
    const { rollback, subject, also, rules } = loaded;
    if (actor.kind !== "user" || role === null) throw new Refusal("FORBIDDEN", "A person approves a plan.");
    if (loaded.state === "expired")
      throw new Refusal("APPROVAL_EXPIRED", "This request for approval has expired.");
    requireState(loaded.state, ["awaiting_approval"], "A plan cannot be approved or rejected");
    if (rollback.expiresAt && rollback.expiresAt <= now) {
      throw new Refusal("APPROVAL_EXPIRED", "This request for approval has expired. Submit the plan again.");
    }
    if (input.planHash !== rollback.planHash) {
      throw new Refusal(
        "PLAN_STALE",
        "The plan changed after you opened it. Read it again before you decide.",
        {
          extra: { planHash: rollback.planHash },
        },
      );
    }
    if (!rules.eligible.includes(role)) {
      throw new Refusal(
        "FORBIDDEN",
        `This playbook wants ${rules.roles.join(" or ").replaceAll("_", " ")} to decide.`,
      );
    }
    const standing = await tx.approval.findFirst({
      where: { rollbackId: rollback.id, userId: actor.id, voidedAt: null },
    });
    if (standing) throw new Refusal("WRONG_STATE", "You have already decided on this plan.");
    const decision = { planHash: rollback.planHash, comment: input.comment ?? null, role };
    await tx.approval.create({
      data: {
        id: newId("apr"),
        rollbackId: rollback.id,
        userId: actor.id,
        role,
        decision: input.decision,
        planHash: rollback.planHash,
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
    const given = await tx.approval.count({
      where: { rollbackId: rollback.id, voidedAt: null, decision: "approve", planHash: rollback.planHash },
    });
    const approval: NewEvent = {
      type: "rollback.approval_given",
      subject,
      also,
      data: { ...decision, given, required: rules.required },
    };
    if (given < rules.required) return { result: { state: "awaiting_approval" }, events: [approval] };
    await tx.rollback.update({
      where: { id: rollback.id },
      data: { state: "approved", approvedAt: now, touchedAt: now },
    });
    return {
      result: { state: "approved" },
      events: [
        approval,
        {
          type: "rollback.approved",
          subject,
          also,
          data: { planHash: rollback.planHash, why: "approved by the quorum" },
        },
      ],
    };
  },
});
