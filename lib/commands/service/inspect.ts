import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { inspectTargetsOf } from "#lib/commands/service/inspect-targets-of.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { EnvironmentName, ServiceId } from "#lib/domain/service.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

/** Has a worker look at every target of an environment again. */
export const inspectService = command({
  name: "service.inspect",
  input: z.strictObject({ id: ServiceId, environment: EnvironmentName }),
  async load(tx, input) {
    const found = await loadPlace(tx, input.id, input.environment);
    return { place: found.place, loaded: found };
  },
  async run({ tx, actor, input, loaded }) {
    const askedBy = actor.kind === "user" ? actor.id : null;
    const inspections = await inspectTargetsOf(tx, loaded.environment.id, askedBy);
    if (inspections.length === 0) throw new Refusal("WRONG_STATE", "No target is registered here.");
    return {
      result: { inspections },
      events: [
        {
          type: "target.inspection_requested",
          subject: { kind: "service", id: input.id },
          data: { environment: input.environment, targets: inspections.length },
        },
      ],
    };
  },
});
