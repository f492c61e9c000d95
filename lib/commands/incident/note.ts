import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { lockIncident } from "#lib/queries/incident/load.ts";

/** Adds a person's line to the timeline; `at` places it at an earlier moment, `corrects` names the entry it corrects. */
export const noteIncident = command({
  name: "incident.note",
  input: z.strictObject({
    id: z.string().max(64),
    text: z.string().trim().min(1).max(4000),
    at: z.iso.datetime({ offset: true }).optional(),
    corrects: z.number().int().positive().optional(),
  }),
  async load(tx, input) {
    const loaded = await lockIncident(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  run({ input, loaded }) {
    return Promise.resolve({
      result: { id: loaded.incident.id },
      events: [
        {
          type: "incident.noted",
          subject: loaded.subject,
          data: { text: input.text, happenedAt: input.at ?? null, corrects: input.corrects ?? null },
        },
      ],
    });
  },
});
