import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { PostUpdate } from "#lib/domain/incident.ts";
import { newId } from "#lib/platform/id.ts";
import { lockIncident } from "#lib/queries/incident/load.ts";

/** Tells stakeholders where things stand; a public update goes to the status page. */
export const updateIncident = command({
  name: "incident.update",
  input: PostUpdate.extend({ id: z.string().max(64) }).strict(),
  async load(tx, input) {
    const loaded = await lockIncident(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, actor, input, loaded, now }) {
    const id = newId("upd");
    const { state, text } = input;
    await tx.statusUpdate.create({
      data: {
        id,
        incidentId: loaded.incident.id,
        state,
        text,
        public: input.public,
        byId: actor.id,
        at: now,
      },
    });
    return {
      result: { id },
      events: [
        {
          type: "incident.updated_publicly",
          subject: loaded.subject,
          data: { update: id, state, text, public: input.public },
        },
      ],
    };
  },
});
