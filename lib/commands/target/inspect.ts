import { command, nowhere } from "#lib/commands/command.ts";
import { checkTarget } from "#lib/commands/service/check-targets.ts";
import { askInspection } from "#lib/commands/target/ask-inspection.ts";
import { throttleInspections } from "#lib/commands/target/throttle-inspections.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { TrialTarget } from "#lib/domain/service.ts";

/**
 * Has a worker look at a target before it is registered: whoever may register it may have it looked at. Throws THROTTLED
 * for more looks of one person than a form needs.
 */
export const inspectTarget = command({
  name: "target.inspect",
  input: TrialTarget,
  load: nowhere,
  async run({ tx, actor, input, now }) {
    const errors = checkTarget(input, "");
    const [first] = errors;
    if (first) throw new Refusal("INVALID", `${first.path}: ${first.message}`, { errors });
    const { component, adapter, settings, secrets, allow } = input;
    const askedBy = actor.kind === "user" ? actor.id : null;
    if (askedBy !== null) await throttleInspections(tx, askedBy, now);
    const id = await askInspection(tx, {
      component,
      adapter,
      settings,
      secrets,
      allow,
      targetId: null,
      askedBy,
    });
    return {
      result: { id },
      events: [
        {
          type: "target.inspection_requested",
          subject: { kind: "target", id },
          // Whose secrets went where: the looks themselves are not kept.
          data: { component, adapter, allow, secrets: Object.values(secrets) },
        },
      ],
    };
  },
});
