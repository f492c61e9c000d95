import { z } from "zod";
import { EnvironmentName, ServiceId } from "#lib/domain/service.ts";

export const severities = ["P0", "P1", "P2", "P3"] as const;
export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;

export const incidentStates = [
  "detected",
  "acknowledged",
  "deciding",
  "rolling_back",
  "monitoring",
  "resolved",
  "reviewed",
] as const;
export const IncidentState = z.enum(incidentStates);
export type IncidentState = z.infer<typeof IncidentState>;

const moves: Record<IncidentState, readonly IncidentState[]> = {
  detected: ["acknowledged", "deciding", "rolling_back", "resolved"],
  acknowledged: ["deciding", "rolling_back", "monitoring", "resolved"],
  deciding: ["acknowledged", "rolling_back", "monitoring", "resolved"],
  rolling_back: ["deciding", "monitoring", "resolved"],
  monitoring: ["deciding", "rolling_back", "resolved"],
  resolved: ["deciding", "reviewed"],
  reviewed: [],
};
export function canMoveIncident(from: IncidentState, to: IncidentState): boolean {
  return moves[from].includes(to);
}

/** What a person or a signal says about the situation; a fact that is absent is unknown, which is not the same as "no". */
export const FactValue = z.union([z.number(), z.boolean(), z.string().max(500)]);
export type FactValue = z.infer<typeof FactValue>;
export const Facts = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), FactValue);
export type Facts = z.infer<typeof Facts>;

export const verdicts = ["rollback", "evaluate", "monitor", "fix_forward", "hotfix"] as const;
export const Verdict = z.enum(verdicts);
export type Verdict = z.infer<typeof Verdict>;

export const DeclareIncident = z.strictObject({
  title: z.string().trim().min(1).max(200),
  service: ServiceId,
  environment: EnvironmentName,
  severity: Severity.optional(),
  facts: Facts.optional(),
  detectedAt: z.iso.datetime({ offset: true }).optional(),
});
export type DeclareIncident = z.infer<typeof DeclareIncident>;

export const DecideIncident = z.strictObject({
  facts: Facts,
  override: Verdict.optional(),
  /** In place of the one that the playbook's rows come to; with a reason, as an override. */
  severity: Severity.optional(),
  reason: z.string().trim().min(1).max(2000).optional(),
});

export const statusStates = ["operational", "degraded", "major_outage", "maintenance", "unknown"] as const;
export const StatusState = z.enum(statusStates);
export type StatusState = z.infer<typeof StatusState>;

export const updateStates = [
  "investigating",
  "identified",
  "rolling_back",
  "monitoring",
  "resolved",
] as const;
export const PostUpdate = z.strictObject({
  state: z.enum(updateStates),
  text: z.string().trim().min(1).max(4000),
  public: z.boolean().default(false),
});
