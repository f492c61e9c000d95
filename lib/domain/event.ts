import type { ActorRef } from "#lib/domain/actor.ts";
import type { JsonObject } from "#lib/domain/json.ts";

/** Everything that can be recorded. An event is at once audit entry, timeline line, live update and source of reports. */
export const eventTypes = [
  "user.added",
  "user.changed",
  "user.disabled",
  "user.enabled",
  "user.signed_in",
  "user.sign_in_failed",
  "user.signed_out",
  "user.reauthenticated",
  "session.revoked",
  "role.granted",
  "role.revoked",
  "token.created",
  "token.revoked",
  "on_call.assigned",
  "on_call.revoked",
  "delegation.lent",
  "delegation.revoked",
  "service.registered",
  "service.changed",
  "target.inspection_requested",
  "target.inspected",
  "deployment.reported",
  "deployment.judged",
  "pin.created",
  "pin.released",
  "playbook.added",
  "playbook.retired",
  "signal.trigger_fired",
  "signal.trigger_cleared",
  "incident.declared",
  "incident.acknowledged",
  "incident.changed",
  "incident.decided",
  "incident.noted",
  "incident.updated_publicly",
  "incident.resolved",
  "incident.reviewed",
  "rollback.requested",
  "rollback.prepared",
  "rollback.edited",
  "rollback.checked",
  "rollback.recheck_requested",
  "rollback.rechecked",
  "rollback.submitted",
  "rollback.approvers_asked",
  "rollback.emergency_offered",
  "rollback.approval_given",
  "rollback.rejected",
  "rollback.approved",
  "rollback.approvals_voided",
  "rollback.expired",
  "rollback.cancelled",
  "rollback.started",
  "rollback.taken_over",
  "rollback.pause_requested",
  "rollback.paused",
  "rollback.held",
  "rollback.resumed",
  "rollback.abort_requested",
  "rollback.releasing",
  "rollback.needs_manual",
  "rollback.verifying",
  "rollback.monitoring",
  "rollback.finished",
  "rollback.driver_changed",
  "duty.asked",
  "duty.offered",
  "duty.declined",
  "duty.withdrawn",
  "duty.changed",
  "step.started",
  "step.intended",
  "step.output",
  "step.observed",
  "step.retrying",
  "step.finished",
  "step.failed",
  "step.uncertain",
  "step.decided_by_person",
  "emergency.invoked",
  "rollback.emergency_declared",
  "review.opened",
  "review.overdue",
  "review.completed",
  "secret.set",
  "secret.removed",
  "secret.rotated",
  "secret.key_published",
  "audit.exported",
] as const;
export type EventType = (typeof eventTypes)[number];

export const subjectKinds = [
  "rollback",
  "incident",
  "service",
  "target",
  "user",
  "token",
  "playbook",
  "review",
  "secret",
  "audit",
] as const;
type SubjectKind = (typeof subjectKinds)[number];
export type Subject = { kind: SubjectKind; id: string };

/** What a command returns. `also` names further streams that show it, such as the incident of a rollback. */
export type NewEvent = { type: EventType; subject: Subject; data: JsonObject; also?: readonly Subject[] };

/** An event in one stream, as the API and the socket give it: `seq` has no gaps within the stream. */
export type StreamEvent = { seq: number; type: EventType; at: string; actor: ActorRef; data: JsonObject };

/** The hashed content of an entry of the chain; `prev` is the hash of the entry at `position - 1`. */
export type ChainEntry = {
  position: number;
  at: string;
  type: string;
  actor: ActorRef;
  subject: Subject;
  streams: { [stream: string]: number };
  data: JsonObject;
  prev: string;
};

/** The first entry's `prev`. */
export const genesis = "0".repeat(64);
export function streamName(subject: Subject): string {
  return `${subject.kind}:${subject.id}`;
}
