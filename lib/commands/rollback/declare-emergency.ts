import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { checkEmergency, requireCriterion } from "#lib/commands/rollback/emergency.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { reopenPlan } from "#lib/commands/rollback/reopen-plan.ts";
import { requireMayAsk } from "#lib/commands/rollback/require-may-ask.ts";
import { DeclareEmergency } from "#lib/domain/emergency.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { approvalRulesOf } from "#lib/queries/approval/rules-of.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

/**
 * Turns a rollback that is not approved yet into an emergency, by somebody entitled. That is another plan: approvals
 * are void, a new one is made, and whoever declares has edited it. It is invoked when that plan is submitted.
 */
export const declareEmergency = command({
  name: "rollback.declare-emergency",
  input: DeclareEmergency.extend({ id: z.string().max(64) }).strict(),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, input, loaded, role, now }) {
    const { rollback, found, state, subject, also } = loaded;
    const { criterion, reason } = input;
    if (actor.kind !== "user") throw new Refusal("FORBIDDEN", "A person declares an emergency.");
    requireState(state, ["draft", "awaiting_approval"], "An emergency cannot be declared");
    if (rollback.emergency !== null) {
      throw new Refusal("WRONG_STATE", "This rollback is an emergency already. Nothing was changed.");
    }
    const playbook = await playbookAt(tx, rollback.playbookId, rollback.playbookVersion);
    const { system } = found.service;
    requireCriterion(playbook, criterion, "criterion");
    requireMayAsk(await approvalRulesOf(tx, rollback, found.environment), role);
    await checkEmergency(tx, { actor, role, system, playbook, emergency: { criterion }, now });
    await tx.rollback.update({
      where: { id: rollback.id },
      data: {
        emergency: { criterion, reason },
        editorIds: [...new Set([...rollback.editorIds, actor.id])],
      },
    });
    const voided = await reopenPlan(tx, loaded, "It was declared an emergency.", now);
    return {
      result: { id: rollback.id },
      events: [
        { type: "rollback.emergency_declared", subject, also, data: { criterion, reason, was: state } },
        ...voided,
      ],
    };
  },
});
