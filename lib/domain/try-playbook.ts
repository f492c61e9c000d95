import { z } from "zod";
import { decide, type Decision } from "#lib/domain/decision.ts";
import { Facts, Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import { EnvironmentName } from "#lib/domain/service.ts";

/** A situation that somebody makes up. */
export const TryPlaybook = z.strictObject({
  facts: Facts.default({}),
  /** Absent: a protected one called production. */
  environment: z.strictObject({ name: EnvironmentName, protected: z.boolean() }).optional(),
  /** As when a person gives an incident a severity of their own: who may say yes follows it, the verdict does not. */
  severity: Severity.optional(),
});
export type TryPlaybook = z.infer<typeof TryPlaybook>;

/** What a playbook would say about a situation that begins at `now`. Pure. */
export function tryPlaybook(playbook: Playbook, situation: TryPlaybook, now: Date): Decision {
  const { facts, severity, environment } = situation;
  return decide(playbook, facts, { now, detectedAt: now, severity, ...(environment ? { environment } : {}) });
}
