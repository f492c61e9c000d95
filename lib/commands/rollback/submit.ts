import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { askFirst } from "#lib/commands/rollback/notify-approvers.ts";
import { requireChecklist } from "#lib/commands/rollback/require-checklist.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { requireMayAsk } from "#lib/commands/rollback/require-may-ask.ts";
import { submitEmergency } from "#lib/commands/rollback/submit-emergency.ts";
import { readEmergency } from "#lib/domain/emergency.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { NewEvent } from "#lib/domain/event.ts";
import { config } from "#lib/platform/config.ts";
import { approvalRulesOf } from "#lib/queries/approval/rules-of.ts";
import { playbookAt } from "#lib/queries/playbook/at.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";

/** Hands a prepared plan to its approvers; where none is needed, or in an emergency, it is approved at once. */
export const submitRollback = command({
  name: "rollback.submit",
  input: z.strictObject({ id: z.string().max(64) }),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, loaded, role, now }) {
    const { rollback, subject, also } = loaded;
    requireState(loaded.state, ["draft"], "A plan cannot be submitted");
    if (actor.kind !== "user") throw new Refusal("FORBIDDEN", "A person submits a plan.");
    if (!rollback.planHash) {
      throw new Refusal("CHECKLIST_OPEN", "The plan is still being prepared. Try again in a moment.");
    }
    await requireChecklist(tx, [rollback.id], "submit", "The checklist");
    const playbook = await playbookAt(tx, rollback.playbookId, rollback.playbookVersion);
    const rules = await approvalRulesOf(tx, rollback, loaded.found.environment);
    requireMayAsk(rules, role);
    const emergency = readEmergency(rollback.emergency);
    const events: NewEvent[] = [];
    if (emergency) {
      events.push(...(await submitEmergency(tx, { actor, role, loaded, playbook, rules, emergency, now })));
    }
    const isApproved = emergency !== null || rules.required === 0;
    const minutes = Math.min(rules.expiryMinutes, config().approvalMinutes ?? rules.expiryMinutes);
    const asking = isApproved ? null : await askFirst(tx, loaded, rules, now);
    const expiresAt = new Date(now.getTime() + minutes * 60_000);
    await tx.rollback.update({
      where: { id: rollback.id },
      data: {
        state: isApproved ? "approved" : "awaiting_approval",
        submittedAt: now,
        touchedAt: now,
        approvedAt: isApproved ? now : null,
        expiresAt,
        askedLevel: asking?.level ?? 0,
        askedAt: asking ? now : null,
      },
    });
    if (isApproved) {
      const why = emergency ? "emergency" : "no approval is needed here";
      events.push({ type: "rollback.approved", subject, also, data: { planHash: rollback.planHash, why } });
    }
    return {
      result: { id: rollback.id, state: isApproved ? "approved" : "awaiting_approval" },
      events: [
        {
          type: "rollback.submitted",
          subject,
          also,
          data: {
            planHash: rollback.planHash,
            required: emergency ? 0 : rules.required,
            expiresAt: expiresAt.toISOString(),
            asked: asking?.asked ?? [],
          },
        },
        ...events,
      ],
    };
  },
});
