import type { StreamEvent } from "#lib/domain/event.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import {
  clockTable,
  timelineOf,
  timelineTable,
  type RollbackReport,
  type TimelineEntry,
} from "#lib/domain/report.ts";
import { readClocks, secondsBetween, type ClockReading } from "#lib/domain/report-clocks.ts";
import { document, inline, spoken, stamp } from "#lib/domain/report-markdown.ts";
import type { IncidentView } from "#lib/domain/view.ts";

/** One question of the post-mortem. `draft` is what the events already answer; empty: a person must. Plain text. */
type PostMortemField = { id: string; title: string; help: string; draft: string };

export type PostMortem = {
  incident: string;
  title: string;
  service: string;
  severity: string;
  /** RFC 3339; null while the incident is open or the playbook sets no time. */
  dueAt: string | null;
  attendees: string[];
  /** What the meeting goes through, as the playbook has it. */
  agenda: string[];
  fields: PostMortemField[];
  actions: string[];
  clocks: ClockReading[];
  timeline: TimelineEntry[];
};

/** Drafts the post-mortem of an incident from its row, its rollbacks and its events, nothing else. Pure. */
export function postMortem(input: {
  incident: IncidentView;
  rollbacks: readonly RollbackReport[];
  events: readonly StreamEvent[];
  playbook: Playbook | null;
}): PostMortem {
  const { incident, rollbacks, events, playbook } = input;
  const last = rollbacks.filter((one) => one.outcome === "succeeded" && !one.drill).at(-1);
  const clocks = readClocks(
    {
      detectedAt: incident.detectedAt,
      acknowledgedAt: incident.acknowledgedAt,
      decidedAt: incident.decidedAt,
      rollbackStartedAt: last?.startedAt ?? null,
      rolledBackAt: last?.endedAt ?? null,
      recoveredAt: incident.recoveredAt,
    },
    playbook,
    incident.severity,
  );
  const hours = playbook?.postMortem?.dueHours;
  const ended = incident.resolvedAt;
  return {
    incident: incident.number,
    title: incident.title,
    service: incident.serviceName,
    severity: incident.severity,
    dueAt:
      hours !== undefined && ended !== null
        ? new Date(Date.parse(ended) + hours * 3_600_000).toISOString()
        : null,
    attendees: [...(playbook?.postMortem?.attendees ?? [])],
    agenda: [...(playbook?.postMortem?.agenda ?? [])],
    fields: [...fieldsOf(incident, rollbacks), ...askedByPlaybook(playbook)],
    actions: actionsOf(playbook),
    clocks,
    timeline: timelineOf(events),
  };
}

function fieldsOf(incident: IncidentView, rollbacks: readonly RollbackReport[]): PostMortemField[] {
  const field = (id: string, title: string, help: string, draft = ""): PostMortemField => ({
    id,
    title,
    help,
    draft,
  });
  return [
    field(
      "summary",
      "Summary",
      "What was deployed, what went wrong, and how it ended.",
      summary(incident, rollbacks),
    ),
    field("impact", "Impact", "Who noticed what, and for how long.", impact(incident)),
    field("data_loss", "Data lost", "Which data is gone and who must know.", dataLoss(rollbacks)),
    field("root_cause", "Root cause", "Why it happened, not who did it."),
    field("detection", "Detection", "How it was discovered, and what would have shown it earlier."),
    field("response", "Response", "What went well in the rollback and what did not.", response(rollbacks)),
    field("prevention", "Prevention", "What keeps it from happening again, with owners and dates."),
  ];
}

/** What the playbook wants written beside the questions that every post-mortem has. */
function askedByPlaybook(playbook: Playbook | null): PostMortemField[] {
  const asked = playbook?.postMortem?.sections ?? [];
  return asked
    .filter((title) => !usual.has(title.toLowerCase()))
    .map((title, at) => ({ id: `playbook-${at + 1}`, title, help: "The playbook asks for it.", draft: "" }));
}
const usual = new Set([
  "summary",
  "impact",
  "data lost",
  "root cause",
  "detection",
  "response",
  "prevention",
]);

function summary(incident: IncidentView, rollbacks: readonly RollbackReport[]): string {
  const lines = rollbacks.map((one) => {
    const way = `${one.serviceName} in ${one.environment} from ${one.previousVersion ?? "an unknown version"} to ${one.targetVersion}`;
    return `${one.number} took ${way} back: ${(one.outcome ?? one.state).replaceAll("_", " ")}. Reason given: ${one.reason}`;
  });
  const detected = `${incident.title}. Detected at ${stamp(incident.detectedAt)} in ${incident.environment}, severity ${incident.severity}.`;
  return [detected, ...lines].join("\n");
}

function impact(incident: IncidentView): string {
  const end = incident.recoveredAt ?? incident.resolvedAt;
  if (end === null) return "It has not ended.";
  return `It lasted ${spoken(secondsBetween(incident.detectedAt, end))}, from ${stamp(incident.detectedAt)} to ${stamp(end)}.`;
}

function dataLoss(rollbacks: readonly RollbackReport[]): string {
  const lost = rollbacks.flatMap((one) => (one.dataLoss ? [{ number: one.number, ...one.dataLoss }] : []));
  if (lost.length === 0) return "No rollback of this incident threw data away.";
  return lost
    .map((one) => `${one.number}: ${one.minutes} minutes, from ${stamp(one.from)} to ${stamp(one.to)}.`)
    .join("\n");
}

function response(rollbacks: readonly RollbackReport[]): string {
  return rollbacks
    .flatMap((one) => one.errors.map((error) => `${one.number} met an error: ${error}`))
    .join("\n");
}

/** What the playbook asks for afterwards, as the first action items. */
function actionsOf(playbook: Playbook | null): string[] {
  return (playbook?.checklists ?? [])
    .filter((list) => list.gate === "after")
    .flatMap((list) => list.items.map((item) => item.title));
}

/** The draft as Markdown. */
export function postMortemMarkdown(draft: PostMortem): string {
  return document([
    `# Post-mortem ${draft.incident}: ${inline(draft.title)}`,
    [
      `- Service: ${inline(draft.service)}`,
      `- Severity: ${draft.severity}`,
      ...(draft.dueAt ? [`- Due: ${stamp(draft.dueAt)}`] : []),
      ...(draft.attendees.length > 0 ? [`- With: ${draft.attendees.map(inline).join(", ")}`] : []),
    ].join("\n"),
    draft.agenda.length === 0
      ? ""
      : `## Agenda\n\n${draft.agenda.map((one) => `1. ${inline(one)}`).join("\n")}`,
    ...draft.fields.map((field) => {
      const lines = field.draft.split("\n").filter((line) => line !== "");
      const body = lines.length === 0 ? `To be written: ${field.help}` : lines.map(inline).join("\n\n");
      return `## ${field.title}\n\n${body}`;
    }),
    `## Clocks\n\n${clockTable(draft.clocks)}`,
    draft.actions.length === 0
      ? ""
      : `## Action items\n\n${draft.actions.map((one) => `- [ ] ${inline(one)}`).join("\n")}`,
    `## Timeline\n\n${timelineTable(draft.timeline)}`,
  ]);
}
