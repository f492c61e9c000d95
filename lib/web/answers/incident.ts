import { z } from "zod";
import { Facts, IncidentState, Severity, Verdict } from "#lib/domain/incident.ts";
import { AnyObject, answer, Person, Time } from "#lib/web/answers/common.ts";
import { ChecklistItem, RollbackSummary } from "#lib/web/answers/rollback.ts";

const summary = {
  id: z.string(),
  number: z.string(),
  title: z.string(),
  service: z.string(),
  serviceName: z.string(),
  environment: z.string(),
  protected: z.boolean(),
  severity: Severity,
  state: IncidentState,
  commander: Person.nullable(),
  detectedAt: Time,
  decideBy: Time.nullable(),
  resolvedAt: Time.nullable(),
};

export const IncidentSummary = answer(summary).meta({ id: "IncidentSummary" });

const Update = answer({
  id: z.string(),
  state: z.string(),
  text: z.string(),
  public: z.boolean(),
  by: z.string(),
  at: Time,
}).meta({ id: "Update" });

export const Incident = answer({
  ...summary,
  communications: Person.nullable(),
  facts: Facts,
  decision: AnyObject.nullable(),
  playbook: answer({ id: z.string(), version: z.number().int() }),
  acknowledgedAt: Time.nullable(),
  decidedAt: Time.nullable(),
  recoveredAt: Time.nullable(),
  reviewedAt: Time.nullable(),
  declaredBy: Person.nullable(),
  rollbacks: z.array(RollbackSummary),
  followUp: z.array(answer({ rollback: z.string(), number: z.string(), items: z.array(ChecklistItem) })),
  updates: z.array(Update),
  lastSeq: z.number().int(),
}).meta({ id: "Incident" });

export const Decision = answer({
  verdict: Verdict,
  severity: Severity,
  deadline: Time.nullable(),
  authority: z.unknown(),
  rules: z.array(answer({ id: z.string(), because: z.string(), source: z.string() })),
  procedures: z.array(
    answer({
      id: z.string(),
      title: z.string(),
      minutes: z.number(),
      risk: z.string(),
      downtime: z.unknown(),
    }),
  ),
  missing: z.array(z.string()),
  override: Verdict.nullable(),
  /** What the rows come to, where a person set another severity. */
  severityByRules: Severity.nullable().optional(),
  reason: z.string().nullable(),
}).meta({ id: "Decision" });
