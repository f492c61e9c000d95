import type { EventType, StreamEvent } from "#lib/domain/event.ts";
import type { Json, JsonObject } from "#lib/domain/json.ts";

/** An event in plain words: what happened, and under it what people said or the machine saw. */
export type EventSentence = { text: string; detail: string | null };

type Teller = (data: JsonObject) => string | [text: string, detail: string];

/** An event as a sentence. Who did it stands beside it, so it is not said here. Pure. */
export function eventSentence(event: Pick<StreamEvent, "type" | "data">): EventSentence {
  const told = tellers[event.type](event.data);
  const [text, detail] = typeof told === "string" ? [told, ""] : told;
  return { text, detail: detail === "" ? null : detail };
}

/** What a target shows and a machine notes between two results: evidence, not lines of a story. */
const details: ReadonlySet<EventType> = new Set([
  "step.started",
  "step.intended",
  "step.observed",
  "step.output",
]);
export const isDetail = (type: EventType): boolean => details.has(type);

const tellers: Record<EventType, Teller> = {
  "user.added": (d) => `Added ${name(d)}`,
  "user.changed": (d) => `Changed ${name(d)}`,
  "user.disabled": (d) => `Disabled ${name(d)}`,
  "user.enabled": (d) => `Enabled ${name(d)}`,
  "user.signed_in": () => "Signed in",
  "user.sign_in_failed": () => "Failed to sign in",
  "user.signed_out": () => "Signed out",
  "user.reauthenticated": () => "Confirmed their identity",
  "session.revoked": () => "Ended a session",
  "role.granted": (d) => `Gave ${name(d)} the role ${words(d["role"])}`,
  "role.revoked": (d) => `Took the role ${words(d["role"])} from ${name(d)}`,
  "token.created": (d) => `Created an API token${of(text(d["name"]))}`,
  "token.revoked": () => "Revoked an API token",
  "secret.set": (d) => `${d["replaced"] === true ? "Replaced" : "Set"} the secret ${text(d["name"])}`,
  "secret.removed": (d) => `Removed the secret ${text(d["name"])}`,
  "secret.rotated": () => "Sealed the stored secrets with a new key",
  "secret.key_published": () => "Published the key that secrets are sealed with",
  "on_call.assigned": (d) =>
    `Put ${name(d)} on call ${within(d)}, ${moment(d["startsAt"])} until ${moment(d["endsAt"])}`,
  "on_call.revoked": (d) => `Took ${name(d)} off call ${within(d)}`,
  "delegation.lent": (d) => [
    `Lent ${name(d)} the role ${words(d["role"])} ${within(d)} until ${moment(d["endsAt"])}`,
    text(d["reason"]),
  ],
  "delegation.revoked": (d) =>
    `Ended the loan of the role ${words(d["role"])} ${within(d)} from ${text(d["lender"])} to ${name(d)}`,
  "service.registered": (d) => `Registered the service${of(text(d["name"]))}`,
  "target.inspection_requested": (d) =>
    d["environment"] === undefined
      ? `Had a target looked at before it is registered${of(text(d["adapter"]))}`
      : `Had the targets in ${text(d["environment"])} looked at`,
  "target.inspected": (d) => [
    d["isWell"] === false ? "A target is not as it should be" : "A target was looked at",
    [text(d["component"]), text(d["adapter"]), text(d["environment"]), text(d["fault"])]
      .filter(Boolean)
      .join(", "),
  ],
  "service.changed": (d) => ["Changed the service", playbookChanged(object(d["playbook"]))],
  "deployment.reported": (d) => `Deployed ${text(d["version"])} to ${text(d["environment"])}`,
  "deployment.judged": (d) => [
    `Judged ${text(d["version"])} ${d["knownGood"] === true ? "known good" : "not known good"}`,
    text(d["reason"]),
  ],
  "pin.created": (d) => [`Quarantined ${text(d["version"])} in ${text(d["environment"])}`, text(d["reason"])],
  "pin.released": (d) => [`Released ${text(d["version"]) || "a version"} from quarantine`, text(d["reason"])],
  "playbook.added": (d) => [
    `Stored the playbook${of(text(d["title"]))}${text(d["version"]) && `, version ${text(d["version"])}`}`,
    text(d["note"]),
  ],
  "playbook.retired": (d) => [`Retired the playbook${of(text(d["title"]))}`, text(d["reason"])],
  "signal.trigger_fired": (d) => [`Trigger fired${of(text(d["title"]))}`, text(d["because"])],
  "signal.trigger_cleared": (d) => `Trigger cleared${of(text(d["title"]))}`,
  "incident.declared": (d) => `Declared the incident: ${text(d["title"])}, severity ${text(d["severity"])}`,
  "incident.acknowledged": (d) => ["Acknowledged the incident", text(d["note"])],
  "incident.changed": (d) => [changed(d), text(d["note"])],
  "incident.decided": (d) => [
    `Decided: ${verdict(text(d["override"]) || text(d["verdict"]))}, severity ${text(d["severity"])}${
      text(d["severityByRules"]) && ` (the rows come to ${text(d["severityByRules"])})`
    }`,
    text(d["override"]) === ""
      ? text(d["reason"])
      : `The playbook said “${verdict(text(d["verdict"]))}”. ${text(d["reason"])}`,
  ],
  "incident.noted": (d) => text(d["text"]),
  "incident.updated_publicly": (d) => [
    d["public"] === true
      ? `Told the public: ${words(d["state"])}`
      : `Told the people inside: ${words(d["state"])}`,
    text(d["text"]),
  ],
  "incident.resolved": (d) => ["Resolved the incident", text(d["note"])],
  "incident.reviewed": (d) => ["Closed the review of the incident", text(d["note"])],
  "rollback.requested": (d) => [
    `Opened ${text(d["number"]) || "a rollback"}${text(d["to"]) && `: ${text(d["from"]) || "unknown version"} to ${text(d["to"])}`}`,
    text(d["reason"]),
  ],
  "rollback.prepared": (d) => {
    const failed = list(d["failed"]).length;
    if (text(d["planHash"]) === "") return "No plan could be made; the checklist says why";
    if (failed > 0) return `Made the plan; ${failed === 1 ? "one check" : `${failed} checks`} failed`;
    return `Made the plan: ${count(d["steps"], "step")}`;
  },
  "rollback.edited": (d) => `Changed the plan${of(Object.keys(object(d["changes"])).join(", "))}`,
  "rollback.checked": (d) => [
    `${{ open: "Took back", done: "Ticked", failed: "Failed", overridden: "Overrode" }[text(d["state"])] ?? "Checked"}: ${text(d["title"]) || text(d["item"])}`,
    text(d["reason"]) || text(d["note"]),
  ],
  "rollback.recheck_requested": (d) =>
    text(d["item"]) === "" ? "Asked for the checks again" : `Asked for a check again: ${text(d["title"])}`,
  "rollback.rechecked": (d) => rechecked(list(d["items"]).map(object)),
  "rollback.submitted": (d) => [
    d["required"] === 0 ? "Submitted the plan" : `Submitted the plan for ${count(d["required"], "approval")}`,
    names(d["asked"]) && `Asked ${names(d["asked"])}`,
  ],
  "rollback.approvers_asked": (d) => ["Asked the next approvers", names(d["asked"])],
  "rollback.emergency_offered": (d) => [
    "Nobody decided in time: it may be declared an emergency, by one of the named criteria",
    `Told ${names(d["told"]) || "nobody"}. Nothing happens by itself.`,
  ],
  "rollback.approval_given": (d) => [`Approved the plan${via(object(d["via"]))}`, text(d["comment"])],
  "rollback.rejected": (d) => [`Rejected the plan${via(object(d["via"]))}`, text(d["comment"])],
  "rollback.approved": (d) => ["The plan is approved", text(d["why"])],
  "rollback.approvals_voided": (d) => ["Approvals are void; the plan is a draft again", text(d["reason"])],
  "rollback.expired": (d) => ["The rollback expired", text(d["reason"])],
  "rollback.cancelled": (d) => ["Cancelled the rollback; nothing was changed", text(d["reason"])],
  "rollback.started": () => "Started the execution",
  "rollback.taken_over": (d) => ["Another worker took the execution over", text(d["why"])],
  "rollback.pause_requested": (d) => ["Asked for a pause", text(d["reason"])],
  "rollback.held": (d) => ["Waits until somebody says go", text(d["reason"])],
  "rollback.paused": (d) => ["Paused between two steps", text(d["reason"])],
  "rollback.resumed": (d) => ["Resumed the execution", text(d["reason"])],
  "rollback.abort_requested": (d) => ["Asked to abort at the next safe point", text(d["reason"])],
  "rollback.releasing": (d) => [
    `Before it ends, it undoes what would stay shut: ${list(d["steps"])
      .map((step) => text(object(step)["title"]))
      .join("; ")}`,
    text(d["reason"]),
  ],
  "rollback.needs_manual": (d) => ["Stopped: a person must decide", text(d["reason"])],
  "rollback.verifying": () => "Everything is switched; verification began",
  "rollback.monitoring": () => "The steps are done; watching the restored version",
  "rollback.finished": (d) => [finished(d), text(d["reason"])],
  "duty.asked": (d) => [`Asked to take over: ${words(d["duty"])}`, text(d["reason"])],
  "duty.offered": (d) => [
    `Offered to hand over to ${text(d["toName"]) || "somebody"}: ${words(d["duty"])}`,
    text(d["reason"]),
  ],
  "duty.declined": (d) => [`Declined to pass on: ${words(d["duty"])}`, text(d["reason"])],
  "duty.withdrawn": (d) => [`Nothing was passed on: ${words(d["duty"])}`, text(d["because"])],
  "duty.changed": (d) => [
    `${text(d["toName"]) || "Somebody"} is now ${words(d["duty"])}${text(d["fromName"]) && `, after ${text(d["fromName"])}`}`,
    [passed[text(d["by"])] ?? "", text(d["reason"])].filter(Boolean).join(" "),
  ],
  "rollback.driver_changed": (d) => ["Took over the rollback", text(d["reason"])],
  "step.started": (d) => `Began “${text(d["title"])}”`,
  "step.intended": (d) =>
    d["isUnsettled"] === true
      ? `Acts on “${text(d["title"])}” again, after looking`
      : `Is about to act: “${text(d["title"])}”`,
  "step.output": (d) => [`Output of “${text(d["title"])}”`, list(d["lines"]).map(text).join("\n")],
  "step.observed": (d) => [`Looked at the target of “${text(d["title"])}”`, text(d["detail"])],
  "step.retrying": (d) => [`“${text(d["title"])}” did not work yet; it is tried again`, message(d["error"])],
  "step.finished": (d) => [
    d["state"] === "already_done" ? `“${text(d["title"])}” was so already` : `“${text(d["title"])}” is done`,
    text(d["summary"]),
  ],
  "step.failed": (d) => [`“${text(d["title"])}” failed`, message(d["error"])],
  "step.uncertain": (d) => [`It is not known whether “${text(d["title"])}” took effect`, message(d["error"])],
  "step.decided_by_person": (d) => [
    decided(d),
    [text(d["reason"]), text(d["evidence"])].filter(Boolean).join("\n"),
  ],
  "emergency.invoked": (d) => [`Invoked the emergency: ${text(d["criterion"])}`, text(d["reason"])],
  "rollback.emergency_declared": (d) => [
    `Declared the rollback an emergency: ${words(d["criterion"]).replaceAll("-", " ")}`,
    text(d["reason"]),
  ],
  "review.opened": (d) => `The ${debt(d)} of the emergency is due at ${minute(d["dueAt"])}`,
  "review.overdue": (d) => [
    `The ${debt(d)} of the emergency is overdue; the admins were told`,
    `${text(d["name"])} owes it since ${minute(d["dueAt"])}.`,
  ],
  "review.completed": (d) => [`Completed the ${debt(d)} of the emergency`, text(d["text"])],
  "audit.exported": () => "Exported the record",
};

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
function words(value: Json | undefined): string {
  return text(value).replaceAll("_", " ");
}
function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
function object(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
function message(value: Json | undefined): string {
  return text(value) || text(object(value)["message"]);
}
function of(what: string): string {
  return what === "" ? "" : `: ${what}`;
}
function name(data: JsonObject): string {
  return text(data["name"]) || text(data["email"]) || "a person";
}
function count(value: Json | undefined, noun: string): string {
  return `${text(value) || "no"} ${noun}${value === 1 ? "" : "s"}`;
}
function names(value: Json | undefined): string {
  return list(value).map(text).join(", ");
}
function moment(value: Json | undefined): string {
  return `${text(value).slice(0, 16).replace("T", " ")} UTC`;
}
function within(data: JsonObject): string {
  return data["system"] === "*" ? "everywhere" : `in ${text(data["system"])}`;
}
/** In which capacity somebody decided, where it was not a role of their own. */
function via(data: JsonObject): string {
  if (data["kind"] === "on_call") return ` on call, until ${moment(data["until"])}`;
  if (data["kind"] !== "delegation") return "";
  return ` for ${text(object(data["lender"])["name"])}, until ${moment(data["until"])}`;
}
function verdict(id: string): string {
  return id.replaceAll("_", " ") || "nothing yet";
}

function changed(data: JsonObject): string {
  const all = { ...data, ...object(data["changes"]) };
  const parts = [
    text(all["state"]) && `state is now ${words(all["state"])}`,
    text(all["severity"]) && `severity is now ${text(all["severity"])}`,
    text(all["title"]) && `title is now “${text(all["title"])}”`,
    text(all["commander"]) && "the commander changed",
  ].filter(Boolean);
  return parts.length === 0 ? "Changed the incident" : `Changed the incident: ${parts.join(", ")}`;
}

function playbookChanged(change: JsonObject): string {
  return (
    text(change["to"]) && `It follows the playbook ${text(change["to"])}, no longer ${text(change["from"])}.`
  );
}

function debt(data: JsonObject): string {
  return data["kind"] === "documentation" ? "documentation" : "review";
}

function minute(at: Json | undefined): string {
  return text(at).slice(0, 16).replace("T", " ") + " UTC";
}

const passed: Record<string, string> = {
  accepted: "The one before agreed.",
  unanswered: "Nobody answered in time.",
  absent: "The one before was not there.",
  disabled: "The account of the one before is disabled.",
  role_lost: "The one before may no longer act here.",
};

function rechecked(items: readonly JsonObject[]): [string, string] {
  const failed = items.filter((one) => one["state"] !== "done");
  const counted = items.length === 1 ? "one item" : `${items.length} items`;
  const left = failed.map((one) => `${text(one["title"])}: ${text(one["evidence"])}`).join("\n");
  return [`Checked ${counted} again; ${items.length - failed.length} of ${items.length} hold`, left];
}

function finished(data: JsonObject): string {
  const waived = list(data["waived"]).length;
  switch (data["outcome"]) {
    case "succeeded":
      return `The rollback succeeded${text(data["to"]) && `: ${text(data["to"])} runs again`}`;
    case "partial":
      return waived > 0
        ? `The rollback is partly done: ${count(waived, "step")} let pass by a person`
        : "The rollback ended partly done";
    default:
      return `The rollback ended: ${words(data["outcome"])}`;
  }
}

function decided(data: JsonObject): string {
  const step = `“${text(data["title"])}”`;
  switch (data["action"]) {
    case "retry":
      return `Let ${step} be tried again`;
    case "skip":
      return `Skipped ${step}`;
    case "mark_done":
      return `Marked ${step} done`;
    case "run_by_hand":
      return `Took the command of ${step} to run it by hand`;
    default:
      return `Decided on ${step}`;
  }
}
