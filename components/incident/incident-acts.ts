import type { Act } from "#components/action/answer.ts";
import type { PassAct } from "#components/duty/use-duties.ts";
import type { CheckActs } from "#components/wizard/check-acts.ts";
import type { IncidentState, Severity } from "#lib/domain/incident.ts";
import type { IncidentView } from "#lib/domain/view.ts";

export type UpdateState = "investigating" | "identified" | "rolling_back" | "monitoring" | "resolved";

/** What can be done on the screen of an incident; each is a server action. */
export type IncidentActs = CheckActs & {
  pass: PassAct;
  change: Act<{ id: string; state?: IncidentState; severity?: Severity; note?: string }>;
  note: Act<{ id: string; text: string; at?: string; corrects?: number }>;
  update: Act<{ id: string; state: UpdateState; text: string; public: boolean }>;
};

export const updateStates: readonly UpdateState[] = [
  "investigating",
  "identified",
  "rolling_back",
  "monitoring",
  "resolved",
];

/** What an update would say next, from the last one and from how the incident stands. */
export function nextUpdateState(state: IncidentState, updates: IncidentView["updates"]): UpdateState {
  if (state === "resolved" || state === "reviewed") return "resolved";
  if (state === "monitoring") return "monitoring";
  if (state === "rolling_back") return "rolling_back";
  return updates.length === 0 ? "investigating" : "identified";
}
