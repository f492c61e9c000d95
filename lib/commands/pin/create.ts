import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { EnvironmentName, ServiceId, VersionName } from "#lib/domain/service.ts";
import { newId } from "#lib/platform/id.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

/** Quarantines a version in an environment. */
export const createPin = command({
  name: "pin.create",
  input: z.strictObject({
    service: ServiceId,
    environment: EnvironmentName,
    version: VersionName,
    reason: z.string().trim().min(1).max(2000),
  }),
  async load(tx, input) {
    const found = await loadPlace(tx, input.service, input.environment);
    return { place: found.place, loaded: found };
  },
  async run({ tx, actor, input }) {
    const id = newId("pin");
    const inserted = await tx.$executeRaw`
      INSERT INTO pin (id, service_id, environment, version, reason, created_by)
      VALUES (${id}, ${input.service}, ${input.environment}, ${input.version}, ${input.reason},
        ${actor.kind === "user" ? actor.name : actor.id})
      ON CONFLICT (service_id, environment, version) WHERE released_at IS NULL DO NOTHING`;
    if (inserted === 0) throw new Refusal("PINNED", `Version ${input.version} is already quarantined there.`);
    return {
      result: { id },
      events: [
        {
          type: "pin.created",
          subject: { kind: "service", id: input.service },
          data: { pin: id, environment: input.environment, version: input.version, reason: input.reason },
        },
      ],
    };
  },
});
