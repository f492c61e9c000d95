import { eventSentence, isDetail } from "#lib/domain/event-sentence.ts";
import type { StreamEvent } from "#lib/domain/event.ts";

/** One line of the story. */
export type TimelineEntry = {
  seq: number;
  /** When it happened, as far as anyone says; a note may be about an earlier moment. */
  at: string;
  /** When it was written down, where that was later. */
  writtenAt: string | null;
  isPerson: boolean;
  by: string;
  text: string;
  detail: string | null;
  weight: "strong" | "normal" | "faint";
  tone: "danger" | "warn" | "ok" | null;
  corrections: { text: string; by: string; at: string }[];
};

export type TimelineFilter = { who: "all" | "people" | "machine"; withDetails: boolean };

/** The story of a stream, newest first: notes stand where they happened, corrections under what they correct. Pure. */
export function timelineEntries(events: readonly StreamEvent[], filter: TimelineFilter): TimelineEntry[] {
  const corrections = new Map<number, TimelineEntry["corrections"]>();
  const entries = events.flatMap((event) => {
    const corrected = event.type === "incident.noted" ? event.data["corrects"] : null;
    if (typeof corrected === "number") {
      const one = { text: eventSentence(event).text, by: event.actor.name, at: event.at };
      corrections.set(corrected, [...(corrections.get(corrected) ?? []), one]);
      return [];
    }
    return isWanted(event, filter) ? [entryOf(event)] : [];
  });
  return entries
    .map((entry) => ({ ...entry, corrections: corrections.get(entry.seq) ?? [] }))
    .toSorted((a, b) => b.at.localeCompare(a.at) || b.seq - a.seq);
}

function isWanted(event: StreamEvent, { who, withDetails }: TimelineFilter): boolean {
  if (!withDetails && isDetail(event.type)) return false;
  const isPerson = event.actor.kind === "user";
  return who === "all" || isPerson === (who === "people");
}

function entryOf(event: StreamEvent): TimelineEntry {
  const happenedAt = event.type === "incident.noted" ? event.data["happenedAt"] : null;
  const at = typeof happenedAt === "string" ? new Date(happenedAt).toISOString() : event.at;
  return {
    seq: event.seq,
    at,
    writtenAt: at === event.at ? null : event.at,
    isPerson: event.actor.kind === "user",
    by: event.actor.name,
    ...eventSentence(event),
    weight: strong.has(event.type) ? "strong" : isDetail(event.type) ? "faint" : "normal",
    tone: toneOf(event),
    corrections: [],
  };
}

const strong: ReadonlySet<string> = new Set<StreamEvent["type"]>([
  "incident.declared",
  "incident.decided",
  "incident.resolved",
  "incident.updated_publicly",
  "rollback.requested",
  "rollback.started",
  "rollback.needs_manual",
  "rollback.finished",
  "rollback.rejected",
  "emergency.invoked",
]);

function toneOf(event: StreamEvent): TimelineEntry["tone"] {
  switch (event.type) {
    case "rollback.needs_manual":
    case "step.failed":
    case "step.uncertain":
    case "emergency.invoked":
      return "danger";
    case "step.retrying":
    case "rollback.taken_over":
    case "rollback.approvals_voided":
      return "warn";
    case "rollback.finished":
      return event.data["outcome"] === "succeeded" ? "ok" : "warn";
    case "incident.resolved":
      return "ok";
    default:
      return null;
  }
}
