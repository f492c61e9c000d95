import { z } from "zod";
import { Condition } from "#lib/domain/condition.ts";
import { Severity } from "#lib/domain/incident.ts";
import { Line, listOf, Minutes, PartId, Prose, Source } from "#lib/domain/playbook-words.ts";
import { Role } from "#lib/domain/role.ts";
import { EnvironmentName } from "#lib/domain/service.ts";

/** Who may say yes. Rules are read in order; the first that fits the environment and the severity holds. */
export const AuthorityRule = z
  .strictObject({
    id: PartId,
    environments: z.enum(["any", "protected", "unprotected"]).default("any"),
    /** Only in environments of these names. */
    named: z.array(EnvironmentName).min(1).max(20).optional(),
    severities: z.array(Severity).min(1).max(4).optional(),
    /** False: no rollback under this rule, however many agree ("next scheduled deployment"). */
    rollbackAllowed: z.boolean().default(true),
    /** The least role that may ask for one. */
    initiate: Role,
    /** How many different people must approve. */
    approvals: z.int().min(0).max(10),
    /** The roles whose approval counts; empty only where none is needed. */
    roles: z.array(Role).max(4).default([]),
    /** Whoever holds the on-call duty may approve as well. */
    onCall: z.boolean().default(false),
    /** Whether the initiator and whoever edited the plan are kept from approving. */
    fourEyes: z.boolean().default(true),
    /** Minutes after which an approval no longer counts. */
    expiryMinutes: z.int().min(1).max(10_080).default(60),
    /** Minutes after which the next approver is asked; null: nobody is chased. */
    askNextMinutes: Minutes.nullable().default(null),
    /** Minutes after which, with nobody having answered, the emergency is offered to whoever may invoke it. */
    emergencyOfferMinutes: Minutes.nullable().default(null),
    /** Whether a trigger may start a rollback here by itself, where the environment has that turned on. */
    automatic: z.boolean().default(false),
    because: Prose,
    source: Source,
  })
  .refine((rule) => rule.approvals === 0 || rule.roles.length > 0 || rule.onCall, {
    error: "Name the roles whose approval counts.",
  })
  .refine((rule) => !rule.automatic || (rule.rollbackAllowed && rule.severities?.includes("P3") === false), {
    error: "P3 never rolls back by itself: name the severities that may.",
    path: ["automatic"],
  });
export type AuthorityRule = z.infer<typeof AuthorityRule>;

/** Emergency skips approval and nothing else. */
const EmergencyAuthority = z.strictObject({
  roles: z.array(Role).min(1).max(4),
  onCall: z.boolean().default(false),
  criteria: z
    .array(z.strictObject({ id: PartId, title: Line, when: Condition.optional(), source: Source }))
    .min(1)
    .max(50),
  reauthenticatedMinutes: Minutes.default(10),
  reviewHours: z.number().positive().max(720).default(24),
  documentationHours: z.number().positive().max(720).default(24),
  source: Source,
});

export const Authority = z.strictObject({
  rules: z.array(AuthorityRule).min(1).max(50),
  emergency: EmergencyAuthority,
});

export const EscalationLevel = z.strictObject({
  level: z.int().min(1).max(10),
  who: Line,
  respondMinutes: Minutes.nullable(),
  reach: listOf(Line, 10),
  source: Source,
});

export const AlertChannel = z.strictObject({
  urgency: PartId,
  title: Line,
  channels: z
    .array(
      z.enum([
        "sms",
        "phone",
        "email",
        "slack",
        "discord",
        "teams",
        "pagerduty",
        "webhook",
        "status_page",
        "siem",
      ]),
    )
    .min(1),
  source: Source,
});

export const Contact = z.strictObject({
  role: Line,
  reach: Line,
  availability: Line.optional(),
  source: Source,
});

/** Who is told at which moment. */
export const NotificationRule = z.strictObject({
  id: PartId,
  moment: z.enum(["requested", "approval_needed", "started", "succeeded", "failed", "emergency"]),
  to: z.array(Line).min(1).max(20),
  template: PartId.optional(),
  source: Source,
});

/** Whether a rule speaks about this environment and severity. */
function fits(
  rule: AuthorityRule,
  severity: Severity,
  environment: { name: string; protected: boolean },
): boolean {
  if (rule.named && !rule.named.includes(environment.name)) return false;
  if (rule.severities && !rule.severities.includes(severity)) return false;
  return (
    rule.environments === "any" || rule.environments === (environment.protected ? "protected" : "unprotected")
  );
}

/** The rule that holds here; undefined only for rules that were never checked to cover every case. */
export function authorityFor(
  rules: readonly AuthorityRule[],
  severity: Severity,
  environment: { name: string; protected: boolean },
): AuthorityRule | undefined {
  return rules.find((rule) => fits(rule, severity, environment));
}
