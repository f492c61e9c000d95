import { evaluate } from "#lib/domain/condition.ts";
import type { Facts } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { updateTemplates, type UpdateTemplate } from "#lib/domain/update-text.ts";
import type { IncidentView } from "#lib/domain/view.ts";

/** What a playbook tells people to do while an incident runs. */
export type IncidentGuide = {
  window: { title: string; fromMinutes: number; toMinutes: number; steps: readonly string[] } | null;
  scenarios: readonly {
    id: string;
    title: string;
    action: string;
    warnings: readonly string[];
    validation: readonly string[];
  }[];
  escalation: readonly {
    level: number;
    who: string;
    respondMinutes: number | null;
    reach: readonly string[];
  }[];
  contacts: readonly { role: string; reach: string; availability: string | null }[];
  templates: readonly UpdateTemplate[];
};

/** The parts of the playbook that speak to this incident: its window, its scenarios, whom to reach, what to tell. Pure. */
export function incidentGuide(
  playbook: Playbook,
  incident: { facts: Facts; state: IncidentView["state"] },
  windowId: string | null,
): IncidentGuide {
  const window = playbook.windows.find((one) => one.id === windowId);
  const situation = { facts: incident.facts, heldFor: () => ({ seconds: 0 }) };
  return {
    window: window
      ? {
          title: window.title,
          fromMinutes: window.fromMinutes,
          toMinutes: window.toMinutes,
          steps: window.steps,
        }
      : null,
    scenarios: playbook.scenarios
      .filter((one) => one.matches && evaluate(one.matches, situation).state === "yes")
      .map(({ id, title, action, warnings, validation }) => ({ id, title, action, warnings, validation })),
    escalation: playbook.escalation
      .toSorted((a, b) => a.level - b.level)
      .map(({ level, who, respondMinutes, reach }) => ({ level, who, respondMinutes, reach })),
    contacts: playbook.contacts.map(({ role, reach, availability }) => ({
      role,
      reach,
      availability: availability ?? null,
    })),
    templates: updateTemplates(playbook, incident.state),
  };
}
