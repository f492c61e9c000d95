import { z } from "zod";
import { Component, VersionName } from "#lib/domain/service.ts";

export const rollbackStates = [
  "draft",
  "awaiting_approval",
  "approved",
  "running",
  "paused",
  "needs_manual",
  "verifying",
  "monitoring",
  "succeeded",
  "failed",
  "partial",
  "rejected",
  "cancelled",
  "expired",
] as const;
export const RollbackState = z.enum(rollbackStates);
export type RollbackState = z.infer<typeof RollbackState>;

/** States in which a rollback holds the lock on its (service, environment). The partial unique index lists the same. */
export const activeRollbackStates = [
  "draft",
  "awaiting_approval",
  "approved",
  "running",
  "paused",
  "needs_manual",
  "verifying",
  "monitoring",
] as const satisfies readonly RollbackState[];

/** States in which the worker, or a person in its stead, changes the target. */
export const executingStates = [
  "running",
  "verifying",
  "monitoring",
] as const satisfies readonly RollbackState[];

export function isActive(state: RollbackState): boolean {
  return (activeRollbackStates as readonly RollbackState[]).includes(state);
}

export const stepStates = [
  "pending",
  "running",
  "waiting_retry",
  "done",
  "already_done",
  "done_by_hand",
  "skipped",
  "failed",
  "unknown",
] as const;
export const StepState = z.enum(stepStates);
export type StepState = z.infer<typeof StepState>;

/** Step states after which execution goes on to the next step. */
export function isSettled(state: StepState): boolean {
  return state === "done" || state === "already_done" || state === "done_by_hand" || state === "skipped";
}

export const Emergency = z.strictObject({ criterion: z.string().min(1).max(100) });

/** A service that is to move together with the one that the rollback is about. */
export const RequestMember = z.strictObject({
  service: z.string().max(100),
  to: VersionName,
  scope: z.array(Component).min(1).max(7).optional(),
  /** False: its lane begins without waiting for a person. */
  hold: z.boolean().optional(),
});
export type RequestMember = z.infer<typeof RequestMember>;

export const RequestRollback = z.strictObject({
  incident: z.string().max(64).optional(),
  service: z.string().max(100),
  environment: z.string().max(100),
  to: VersionName,
  scope: z.array(Component).min(1).max(7).optional(),
  procedure: z.string().max(100).optional(),
  strategy: z.string().max(100).optional(),
  reason: z.string().trim().min(1).max(2000),
  emergency: Emergency.optional(),
  drill: z.boolean().optional(),
  /** In the same system, and in an environment of the same name and protection. */
  members: z.array(RequestMember).max(10).optional(),
});
export type RequestRollback = z.infer<typeof RequestRollback>;

export const EditRollback = RequestRollback.pick({
  to: true,
  scope: true,
  procedure: true,
  strategy: true,
  reason: true,
  members: true,
}).partial();

export const ApprovalDecision = z.enum(["approve", "reject"]);
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;
const PlanHash = z.string().regex(/^[0-9a-f]{64}$/, "A plan hash is 64 hexadecimal digits.");

export const DecideApproval = z.strictObject({
  decision: ApprovalDecision,
  planHash: PlanHash,
  comment: z.string().trim().max(2000).optional(),
});
export const ExecuteRollback = z.strictObject({
  planHash: PlanHash,
  confirmation: z.string().max(200).optional(),
});
export const WithReason = z.strictObject({ reason: z.string().trim().min(1).max(2000) });
export const AbortRollback = WithReason.extend({
  /** Needed where an aborted rollback waits for a person to open what it keeps shut: ends it with that left shut. */
  asItIs: z.boolean().optional(),
});
export const TickChecklist = z.strictObject({
  id: z.string().max(100),
  /** `open` takes a tick or an override back. */
  state: z.enum(["open", "done", "failed", "overridden"]),
  note: z.string().trim().max(2000).optional(),
  reason: z.string().trim().min(1).max(2000).optional(),
});
export const CheckAgain = z.strictObject({
  /** One item alone; absent: everything that a machine can check where the rollback stands. */
  item: z.string().max(100).optional(),
});
const StepAction = z.enum(["retry", "skip", "mark_done", "run_by_hand"]);
export type StepAction = z.infer<typeof StepAction>;
export const ActOnStep = z.strictObject({
  action: StepAction,
  reason: z.string().trim().min(1).max(2000),
  evidence: z.string().trim().max(4000).optional(),
});
