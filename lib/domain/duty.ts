import { z } from "zod";
import type { RollbackState } from "#lib/domain/rollback.ts";

/** What one person at a time does for an incident or a rollback. A duty is no role: it gives no rights and takes none. */
export const incidentDuties = ["commander", "communications"] as const;
export const Duty = z.enum([...incidentDuties, "driver"]);
export type Duty = z.infer<typeof Duty>;
export const dutyTitle: Record<Duty, string> = {
  commander: "Commander",
  communications: "Communications",
  driver: "Driver",
};

/** Somebody looks at it as long as they were seen within so many milliseconds; each connection is noted more often. */
export const presentMs = 25_000;

const patienceMs = 120_000;
const runningPatienceMs = 30_000;
/** What is offered by name and not answered lapses. */
const offerMs = 600_000;

export const DutySubject = z.enum(["incident", "rollback"]);
export type DutySubject = z.infer<typeof DutySubject>;

/**
 * When a request takes effect without an answer: sooner where something runs and nobody may be at the wheel. `most`:
 * at the latest after so many seconds, where that was set.
 */
export function takesEffectAt(duty: Duty, state: RollbackState | null, now: Date, most?: number): Date {
  const isRunning = duty === "driver" && (state === "running" || state === "verifying");
  const patience = isRunning ? runningPatienceMs : patienceMs;
  return new Date(now.getTime() + Math.min(patience, most === undefined ? patience : most * 1000));
}

/** When an offer lapses. It never takes effect without a yes. */
export function lapsesAt(now: Date): Date {
  return new Date(now.getTime() + offerMs);
}

/** Why a duty can be had at once, without asking; null: whoever holds it is there to be asked. */
export type Vacancy = "free" | "absent" | "disabled" | "role_lost";
export function vacancyOf(
  holder: { isActive: boolean; isOperator: boolean; isPresent: boolean } | null,
): Vacancy | null {
  if (holder === null) return "free";
  if (!holder.isActive) return "disabled";
  if (!holder.isOperator) return "role_lost";
  return holder.isPresent ? null : "absent";
}

const states = ["running", "verifying", "paused", "needs_manual", "monitoring"] as const;
/** Whether somebody drives a rollback in this state. */
export function isDriven(state: RollbackState): boolean {
  return (states as readonly RollbackState[]).includes(state);
}

const on = { duty: Duty, reason: z.string().trim().min(1).max(2000).optional() };
export const PassDuty = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("take"), ...on }),
  z.strictObject({ action: z.literal("offer"), ...on, to: z.string().max(64) }),
  z.strictObject({ action: z.literal("accept"), duty: Duty }),
  z.strictObject({ action: z.literal("decline"), ...on }),
  z.strictObject({ action: z.literal("withdraw"), duty: Duty }),
]);
export type PassDuty = z.infer<typeof PassDuty>;
