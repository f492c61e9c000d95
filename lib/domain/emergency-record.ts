import type { StreamEvent } from "#lib/domain/event.ts";
import type { Json } from "#lib/domain/json.ts";
import { spoken, stamp } from "#lib/domain/report-markdown.ts";
import type { RollbackReport } from "#lib/domain/report.ts";
import { heldOf } from "#lib/domain/validation-held.ts";

/** What is known of an emergency, as the draft of its documentation. Plain text; a person corrects and completes it. Pure. */
export function emergencyRecord(report: RollbackReport, events: readonly StreamEvent[]): string {
  const invoked = events.findLast((event) => event.type === "emergency.invoked");
  const skipped = names(invoked?.data["skippedApprovers"]);
  const reason = invoked?.data["reason"];
  const { startedAt, endedAt, seconds, errors, validation } = report;
  return [
    `${report.number}: ${report.serviceName} in ${report.environment}, from ${report.previousVersion ?? "an unknown version"} to ${report.targetVersion}.`,
    `Incident: ${report.incident ?? "none"}. Severity: ${report.severity ?? "not set"}.`,
    "",
    `Why it was an emergency: ${report.emergency?.criterion.replaceAll("-", " ") ?? "not known"}.`,
    typeof reason === "string" ? `Reason given: ${reason}` : "Reason given: none.",
    invoked ? `Invoked by ${invoked.actor.name} at ${stamp(invoked.at)}.` : "It was not invoked yet.",
    skipped.length === 0
      ? "Nobody else could have approved it."
      : `Approval was skipped. Told of it: ${skipped.join(", ")}.`,
    "",
    startedAt ? `Started at ${stamp(startedAt)}.` : "Not started.",
    endedAt
      ? `Ended at ${stamp(endedAt)}${seconds === null ? "" : ` after ${spoken(seconds)}`}: ${report.outcome ?? report.state.replaceAll("_", " ")}.`
      : "Not ended yet.",
    errors.length === 0 ? "Errors: none." : `Errors: ${errors.join("; ")}`,
    ...(validation.length === 0 ? [] : [`Afterwards ${heldOf(validation).sentence}.`]),
    ...report.notReverted.map(({ what, why }) => `Not taken back: ${what} (${why}).`),
    "",
    "What customers noticed: ",
    "What we learnt: ",
  ].join("\n");
}

function names(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
