import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { requireState } from "#lib/commands/rollback/refuse-state.ts";
import { holdMembers } from "#lib/commands/rollback/hold-members.ts";
import { recheckMembers, resolveMembers } from "#lib/commands/rollback/resolve-members.ts";
import { reopenPlan } from "#lib/commands/rollback/reopen-plan.ts";
import { EditRollback } from "#lib/domain/rollback.ts";
import { Component } from "#lib/domain/service.ts";
import { checkTargetVersion } from "#lib/queries/rollback/check-target-version.ts";
import { companionsOf } from "#lib/queries/rollback/companions.ts";
import { lockRollback } from "#lib/queries/rollback/load.ts";
import { withoutGaps } from "#lib/domain/json.ts";

/** Changes what a plan is made from. Standing approvals are void; whoever edits can no longer approve. */
export const editRollback = command({
  name: "rollback.edit",
  input: z.strictObject({ id: z.string().max(64), changes: EditRollback }),
  async load(tx, input) {
    const loaded = await lockRollback(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, input, loaded, now }) {
    requireState(loaded.state, ["draft", "awaiting_approval", "approved"], "A plan cannot be edited");
    const { rollback } = loaded;
    const { members, ...changes } = input.changes;
    const { to, scope, procedure, strategy, reason } = changes;
    if (to) await checkTargetVersion(tx, rollback.serviceId, rollback.environment, to);
    const companions = members
      ? await resolveMembers(tx, loaded.found, members)
      : await companionsOf(tx, rollback.id);
    if (!members) await recheckMembers(tx, loaded.found, companions);
    const own = {
      service: rollback.serviceId,
      from: rollback.fromVersion,
      to: to ?? rollback.toVersion,
      scope: scope ?? z.array(Component).parse(rollback.scope),
      hold: companions.some((companion) => companion.hold),
    };
    await holdMembers(tx, rollback.id, rollback.environment, [own, ...companions]);
    const editors = new Set(rollback.editorIds);
    if (actor.kind === "user") editors.add(actor.id);
    await tx.rollback.update({
      where: { id: rollback.id },
      data: {
        ...(to ? { toVersion: to } : {}),
        ...(scope ? { scope } : {}),
        ...(procedure ? { procedure } : {}),
        ...(strategy ? { strategy } : {}),
        ...(reason ? { reason } : {}),
        editorIds: [...editors],
      },
    });
    const voided = await reopenPlan(tx, loaded, "The plan was edited.", now);
    return {
      result: { id: rollback.id },
      events: [
        {
          type: "rollback.edited",
          subject: loaded.subject,
          also: loaded.also,
          data: { changes: { ...withoutGaps(changes), ...(members ? { members: companions } : {}) } },
        },
        ...voided,
      ],
    };
  },
});
