import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

/** Ends a version's quarantine. */
export const releasePin = command({
  name: "pin.release",
  input: z.strictObject({ pin: z.string().max(64), reason: z.string().trim().min(1).max(2000) }),
  async load(tx, input) {
    const pin = await tx.pin.findUnique({ where: { id: input.pin } });
    if (!pin) throw new Refusal("NOT_FOUND", "There is no pin with this id.");
    const found = await loadPlace(tx, pin.serviceId, pin.environment);
    return { place: found.place, loaded: pin };
  },
  async run({ tx, actor, input, loaded, now }) {
    if (loaded.releasedAt) throw new Refusal("WRONG_STATE", "This pin was already released.");
    await tx.pin.update({
      where: { id: loaded.id },
      data: { releasedAt: now, releasedBy: actor.kind === "user" ? actor.name : actor.id },
    });
    return {
      result: { id: loaded.id },
      events: [
        {
          type: "pin.released",
          subject: { kind: "service", id: loaded.serviceId },
          data: {
            pin: loaded.id,
            environment: loaded.environment,
            version: loaded.version,
            reason: input.reason,
          },
        },
      ],
    };
  },
});
