import { capacityWords } from "#lib/domain/approval-words.ts";
import { eventSentence, isDetail } from "#lib/domain/event-sentence.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import type { Severity } from "#lib/domain/incident.ts";
import type { Json } from "#lib/domain/json.ts";
import { planSteps, type DataLoss } from "#lib/domain/plan.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { readClocks, secondsBetween, type ClockReading, type Moments } from "#lib/domain/report-clocks.ts";
import { document, inline, spoken, stamp, table } from "#lib/domain/report-markdown.ts";
import type { RollbackState, StepState } from "#lib/domain/rollback.ts";
import { heldOf } from "#lib/domain/validation-held.ts";
import type { ApprovalView, ChecklistItemView, PersonRef, RollbackView } from "#lib/domain/view.ts";

/** A moment of the story. `text` is plain: escape it where it is shown. */
export type TimelineEntry = { seq: number; at: string; by: string; text: string };

type StepReport = {
  key: string;
  phase: string;
  title: string;
  state: StepState;
  attempts: number;
  startedAt: string | null;
  endedAt: string | null;
  seconds: number | null;
  error: string | null;
};

/** Every field that the audit of a rollback must have, and what people ask afterwards. */
export type RollbackReport = {
  id: string;
  number: string;
  service: string;
  serviceName: string;
  environment: string;
  incident: string | null;
  severity: Severity | null;
  initiator: PersonRef;
  reason: string;
  previousVersion: string | null;
  targetVersion: string;
  startedAt: string | null;
  endedAt: string | null;
  seconds: number | null;
  state: RollbackState;
  outcome: string | null;
  errors: string[];
  emergency: { criterion: string } | null;
  drill: boolean;
  playbook: { id: string; version: number };
  procedure: string;
  planHash: string | null;
  approvals: readonly ApprovalView[];
  steps: StepReport[];
  validation: { title: string; expect: string | null; state: ChecklistItemView["state"]; evidence: string }[];
  notReverted: { what: string; why: string }[];
  dataLoss: DataLoss | null;
  clocks: ClockReading[];
  timeline: TimelineEntry[];
};

/** The incident's part of the clocks; null for a rollback without one. */
export type ReportedIncident = {
  number: string;
  severity: Severity;
  detectedAt: string;
  acknowledgedAt: string | null;
  decidedAt: string | null;
  recoveredAt: string | null;
} | null;

/** Drafts the report of a rollback from its row and its events, nothing else. Pure. */
export function rollbackReport(input: {
  rollback: RollbackView;
  incident: ReportedIncident;
  events: readonly StreamEvent[];
  playbook: Playbook | null;
}): RollbackReport {
  const { rollback, incident, events, playbook } = input;
  const { startedAt, endedAt, plan } = rollback;
  const moments: Moments = {
    detectedAt: incident?.detectedAt ?? null,
    acknowledgedAt: incident?.acknowledgedAt ?? null,
    decidedAt: incident?.decidedAt ?? null,
    rollbackStartedAt: startedAt,
    rolledBackAt: rollback.outcome === "succeeded" ? endedAt : null,
    recoveredAt: incident?.recoveredAt ?? (rollback.outcome === "succeeded" ? endedAt : null),
  };
  const severity = incident?.severity ?? null;
  return {
    id: rollback.id,
    number: rollback.number,
    service: rollback.service,
    serviceName: rollback.serviceName,
    environment: rollback.environment,
    incident: incident?.number ?? null,
    severity,
    initiator: rollback.initiator,
    reason: rollback.reason,
    previousVersion: rollback.from,
    targetVersion: rollback.to,
    startedAt,
    endedAt,
    seconds: startedAt && endedAt ? secondsBetween(startedAt, endedAt) : null,
    state: rollback.state,
    outcome: rollback.outcome,
    errors: errorsOf(rollback),
    emergency: rollback.emergency,
    drill: rollback.drill,
    playbook: rollback.playbook,
    procedure: rollback.procedure,
    planHash: plan?.hash ?? null,
    approvals: rollback.approvals.given,
    steps: stepReports(rollback),
    validation: rollback.validation.map(({ title, help, state, evidence, note, by }) => ({
      title,
      expect: help,
      state,
      evidence: [evidence, by && `${by.name}${note ? `: ${note}` : ""}`].filter(Boolean).join(" "),
    })),
    notReverted: plan?.notReverted ?? [],
    dataLoss: plan?.dataLoss ?? null,
    clocks: readClocks(moments, playbook, severity),
    timeline: timelineOf(events),
  };
}

export function timelineOf(events: readonly StreamEvent[]): TimelineEntry[] {
  return events
    .filter((event) => !isDetail(event.type))
    .map((event) => ({ seq: event.seq, at: event.at, by: event.actor.name, text: spokenOf(event) }));
}

function spokenOf(event: StreamEvent): string {
  const { text, detail } = eventSentence(event);
  return detail === null ? text : `${text}. ${detail}`;
}

function stepReports(rollback: RollbackView): StepReport[] {
  const planned = new Map(
    (rollback.plan ? rollback.plan.phases : []).flatMap((phase) =>
      phase.steps.map((step) => [step.key, { phase: phase.title, title: step.title }] as const),
    ),
  );
  const order = rollback.plan ? planSteps(rollback.plan).map((step) => step.key) : [];
  return rollback.steps
    .toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key))
    .map((step) => ({
      key: step.key,
      phase: planned.get(step.key)?.phase ?? "",
      title: planned.get(step.key)?.title ?? step.key,
      state: step.state,
      attempts: step.attempts,
      startedAt: step.startedAt,
      endedAt: step.endedAt,
      seconds: step.startedAt && step.endedAt ? secondsBetween(step.startedAt, step.endedAt) : null,
      error: errorText(step.error),
    }));
}

function errorsOf(rollback: RollbackView): string[] {
  const own = Array.isArray(rollback.errors) ? rollback.errors.flatMap((one) => errorText(one) ?? []) : [];
  const steps = rollback.steps.flatMap((step) => {
    const error = errorText(step.error);
    return error === null ? [] : [`${step.key}: ${error}`];
  });
  return [...new Set([...own, ...steps])];
}

function errorText(error: Json): string | null {
  if (typeof error === "string") return error === "" ? null : error;
  if (typeof error !== "object" || error === null || Array.isArray(error)) return null;
  const { message, code } = error;
  if (typeof message === "string") return message;
  return typeof code === "string" ? code : JSON.stringify(error);
}

/** The report as Markdown. */
export function reportMarkdown(report: RollbackReport): string {
  const { approvals } = report;
  return document([
    `# Rollback report ${report.number}: ${inline(report.serviceName)} in ${inline(report.environment)}`,
    table(["Field", "Value"], auditRows(report)),
    section("Errors", report.errors.length === 0 ? "None." : bullets(report.errors)),
    section(
      "Approvals",
      approvals.length === 0
        ? "None given."
        : table(
            ["Who", "As", "Decision", "When", "Comment", "Void"],
            approvals.map((one) => [
              `${one.by.name} (${one.by.email})`,
              one.via.until ? `${capacityWords(one)}, until ${stamp(one.via.until)}` : capacityWords(one),
              one.decision,
              stamp(one.at),
              one.comment ?? "",
              one.voidedAt ? (one.voidReason ?? "yes") : "",
            ]),
          ),
    ),
    section("Clocks", clockTable(report.clocks)),
    section("Steps", report.steps.length === 0 ? "No step was planned." : stepTable(report.steps)),
    report.validation.length === 0
      ? ""
      : section("Validation", `${heldOf(report.validation).sentence}.\n\n${validationTable(report)}`),
    section(
      "Not taken back",
      report.notReverted.length === 0
        ? "Nothing is known that stayed."
        : bullets(report.notReverted.map(({ what, why }) => `${what}: ${why}`)),
    ),
    report.dataLoss
      ? section(
          "Data lost",
          `Everything written between ${stamp(report.dataLoss.from)} and ${stamp(report.dataLoss.to)}: ${report.dataLoss.minutes} minutes.`,
        )
      : "",
    section("Timeline", timelineTable(report.timeline)),
  ]);
}

function auditRows(report: RollbackReport): string[][] {
  return [
    ["Rollback", `${report.number} (${report.id})`],
    ["Incident", report.incident ?? "none"],
    ["Severity", report.severity ?? "not set"],
    ["Service", `${report.serviceName} (${report.service})`],
    ["Environment", report.environment],
    ["Initiator", `${report.initiator.name}, user ${report.initiator.id}`],
    ["Initiator's email", report.initiator.email],
    ["Reason", report.reason],
    ["Previous version", report.previousVersion ?? "unknown"],
    ["Target version", report.targetVersion],
    ["Start", report.startedAt ? stamp(report.startedAt) : "not started"],
    ["End", report.endedAt ? stamp(report.endedAt) : "not ended"],
    ["Duration", report.seconds === null ? "not known" : spoken(report.seconds)],
    ["Outcome", report.outcome ?? report.state.replaceAll("_", " ")],
    ["Emergency", report.emergency ? `yes: ${report.emergency.criterion}` : "no"],
    ["Drill", report.drill ? "yes" : "no"],
    ["Playbook", `${report.playbook.id}, version ${report.playbook.version}, ${report.procedure}`],
    ["Plan hash", report.planHash ?? "none"],
  ];
}

function stepTable(steps: readonly StepReport[]): string {
  return table(
    ["Phase", "Step", "State", "Attempts", "Start", "Took", "Error"],
    steps.map((step) => [
      step.phase,
      step.title,
      step.state.replaceAll("_", " "),
      String(step.attempts),
      step.startedAt ? stamp(step.startedAt) : "",
      step.seconds === null ? "" : spoken(step.seconds),
      step.error ?? "",
    ]),
  );
}

function validationTable({ validation }: RollbackReport): string {
  const words = { open: "not known", done: "holds", failed: "does not hold", overridden: "overridden" };
  return table(
    ["Point", "Expected", "State", "Evidence"],
    validation.map((one) => [one.title, one.expect ?? "", words[one.state], one.evidence]),
  );
}

export function clockTable(clocks: readonly ClockReading[]): string {
  return table(
    ["Clock", "Took", "Target", "Met"],
    clocks.map((clock) => [
      clock.title,
      clock.seconds === null ? "not ended" : spoken(clock.seconds),
      clock.target ? `below ${spoken(clock.target.seconds)}` : "none set",
      clock.met === null ? "" : clock.met ? "yes" : "no",
    ]),
  );
}

export function timelineTable(timeline: readonly TimelineEntry[]): string {
  if (timeline.length === 0) return "Nothing is recorded.";
  return table(
    ["When", "Who", "What"],
    timeline.map((entry) => [stamp(entry.at), entry.by, entry.text]),
  );
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${inline(line)}`).join("\n");
}
