import { z } from "zod";
import { StatusState, type Severity } from "#lib/domain/incident.ts";

const StatusUpdateView = z.object({ at: z.string(), state: z.string(), text: z.string() });
const StatusComponent = z.object({
  id: z.string(),
  name: z.string(),
  state: StatusState,
  /** One state a day, oldest first, for the last 90 days; null before the service was known. */
  days: z.array(z.object({ date: z.string(), state: StatusState.nullable() })),
});
export const StatusIncident = z.object({
  number: z.string(),
  title: z.string(),
  state: z.string(),
  component: z.string(),
  detectedAt: z.string(),
  resolvedAt: z.string().nullable(),
  updates: z.array(StatusUpdateView),
});
/** What the public may know, and when it was true. */
export const StatusSnapshot = z.object({
  state: StatusState,
  components: z.array(StatusComponent),
  incidents: z.array(StatusIncident),
  past: z.array(StatusIncident),
  asOf: z.string(),
});
export type StatusSnapshot = z.infer<typeof StatusSnapshot>;
export type StatusIncident = z.infer<typeof StatusIncident>;

/** A snapshot older than this says nothing about now. */
const staleAfterMs = 60_000;

const rank: Record<StatusState, number> = {
  operational: 0,
  unknown: 1,
  maintenance: 2,
  degraded: 3,
  major_outage: 4,
};

/** The worst of some states. Nothing known at all is unknown, never green. */
export function worst(states: readonly StatusState[]): StatusState {
  let found: StatusState | null = null;
  for (const state of states) if (found === null || rank[state] > rank[found]) found = state;
  return found ?? "unknown";
}

export function stateOfSeverity(severity: Severity): StatusState {
  return severity === "P0" ? "major_outage" : "degraded";
}

/**
 * What a component shows: its worst open incident; else red flags in what was measured; else green only when something
 * was measured lately and was fine. Silence is unknown.
 */
export function componentState(
  open: readonly Severity[],
  measured: "fine" | "failing" | "silent",
): StatusState {
  if (open.length > 0) return worst(open.map(stateOfSeverity));
  return measured === "fine" ? "operational" : measured === "failing" ? "degraded" : "unknown";
}

/** The snapshot as it may be shown at `now`: an old one still tells its story, but no state in it is current. */
export function asShownAt(snapshot: StatusSnapshot, now: Date): StatusSnapshot & { isStale: boolean } {
  const isStale = now.getTime() - Date.parse(snapshot.asOf) > staleAfterMs;
  if (!isStale) return { ...snapshot, isStale };
  return {
    ...snapshot,
    isStale,
    state: "unknown",
    components: snapshot.components.map((component) => ({ ...component, state: "unknown" })),
  };
}

export const statusWord: Record<StatusState, string> = {
  operational: "Working",
  degraded: "Having trouble",
  major_outage: "Not working",
  maintenance: "Under maintenance",
  unknown: "Not known",
};

export const statusSentence: Record<StatusState, string> = {
  operational: "Everything is working",
  degraded: "Some things are having trouble",
  major_outage: "There is a major outage",
  maintenance: "Maintenance is under way",
  unknown: "We cannot say right now",
};
