import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { requireChecklist } from "#lib/commands/rollback/require-checklist.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { EventType } from "#lib/domain/event.ts";
import { canMoveIncident, IncidentState, Severity } from "#lib/domain/incident.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { lockIncident } from "#lib/queries/incident/load.ts";

export const ChangeIncident = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  severity: Severity.optional(),
  state: IncidentState.optional(),
  note: z.string().trim().max(2000).optional(),
});

/** What comes after a rollback is done before its incident is closed. It never holds up the rollback. */
async function requireFollowUp(tx: Tx, incidentId: string): Promise<void> {
  const rollbacks = await tx.rollback.findMany({
    where: { incidentId, startedAt: { not: null } },
    select: { id: true },
  });
  const ids = rollbacks.map(({ id }) => id);
  await requireChecklist(tx, ids, "after", "What comes after the rollback");
}

const typeOf: Partial<Record<IncidentState, EventType>> = {
  acknowledged: "incident.acknowledged",
  resolved: "incident.resolved",
  reviewed: "incident.reviewed",
};

/**
 * Changes an incident's title, severity or state, each along the allowed moves. Another severity needs a note: it says
 * who must approve.
 */
export const changeIncident = command({
  name: "incident.change",
  input: ChangeIncident.extend({ id: z.string().max(64) }).strict(),
  async load(tx, input) {
    const loaded = await lockIncident(tx, input.id);
    return { place: loaded.found.place, loaded };
  },
  async run({ tx, input, loaded, now }) {
    const { incident, subject } = loaded;
    const { title, severity, state, note } = input;
    if (state && !canMoveIncident(loaded.state, state)) {
      throw new Refusal("WRONG_STATE", `An incident that is ${loaded.state} cannot become ${state}.`);
    }
    if (severity && severity !== incident.severity && !note) {
      const message = "Say why the severity is another.";
      throw new Refusal("INVALID", `note: ${message}`, { errors: [{ path: "note", message }] });
    }
    if (state === "reviewed") await requireFollowUp(tx, incident.id);
    await tx.incident.update({
      where: { id: incident.id },
      data: {
        ...(title ? { title } : {}),
        ...(severity ? { severity } : {}),
        ...(state ? { state } : {}),
        ...(state === "acknowledged" ? { acknowledgedAt: incident.acknowledgedAt ?? now } : {}),
        ...(state === "resolved" ? { resolvedAt: now, recoveredAt: incident.recoveredAt ?? now } : {}),
        ...(state === "reviewed" ? { reviewedAt: now } : {}),
      },
    });
    return {
      result: { id: incident.id, state: state ?? loaded.state },
      events: [
        {
          type: (state && typeOf[state]) ?? "incident.changed",
          subject,
          data: {
            title: title ?? null,
            severity: severity ?? null,
            state: state ?? null,
            note: note ?? null,
            was: { title: incident.title, severity: incident.severity, state: incident.state },
          },
        },
      ],
    };
  },
});
