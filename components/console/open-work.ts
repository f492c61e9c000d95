import type { ApprovalsView, IncidentSummary, RollbackSummary } from "#lib/domain/view.ts";
import type { Tone } from "#components/ui/tone.ts";

export type InboxItem = RollbackSummary &
  Pick<ApprovalsView, "required" | "asksNextAt" | "offersEmergencyAt"> & {
    mine: boolean;
    whyNot: string | null;
    given: number;
    emergencyOffered: boolean;
  };
export type Listed<T> = { items: T[]; next: string | null };
/** What is going on now, as every page of the console knows it. */
export type OpenWork = {
  incidents: Listed<IncidentSummary>;
  rollbacks: Listed<RollbackSummary>;
  approvals: Listed<InboxItem>;
};

/** Where it is asked for again; the same everywhere, so that pages share one answer. */
export const openWorkPaths = {
  incidents: "/incidents?active=true&limit=100",
  rollbacks: "/rollbacks?active=true&limit=100",
  approvals: "/approvals?state=needs_approval&limit=50",
} as const;

/** The state of the world in one tone and a few words. Nothing open says nothing about health, so it is not green. */
export function worldOf(work: OpenWork): { tone: Tone; word: string } {
  const incidents = work.incidents.items;
  const needsPerson = work.rollbacks.items.filter((one) => one.state === "needs_manual" && !one.drill).length;
  if (needsPerson > 0) {
    return {
      tone: "danger",
      word: needsPerson === 1 ? "A rollback needs a person" : `${needsPerson} rollbacks need a person`,
    };
  }
  if (incidents.length === 0) return { tone: "neutral", word: "No incident is open" };
  const word = incidents.length === 1 ? "1 incident is open" : `${incidents.length} incidents are open`;
  if (incidents.every((one) => one.state === "rolling_back" || one.state === "monitoring")) {
    return { tone: "info", word };
  }
  return { tone: incidents.some((one) => one.severity <= "P1") ? "danger" : "warn", word };
}
