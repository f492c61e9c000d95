import { z } from "zod";
import { Checklist } from "#lib/domain/checklist.ts";
import { Condition } from "#lib/domain/condition.ts";
import { FactDefinition } from "#lib/domain/fact.ts";
import { Severity } from "#lib/domain/incident.ts";
import {
  AlertChannel,
  Authority,
  Contact,
  EscalationLevel,
  NotificationRule,
} from "#lib/domain/playbook-authority.ts";
import { Limits, Procedure, Remedy, Scenario } from "#lib/domain/playbook-procedure.ts";
import {
  DecisionMatrix,
  Fallback,
  ResponseWindow,
  ScopeRule,
  Severities,
  StrategyRow,
  Trigger,
} from "#lib/domain/playbook-rule.ts";
import { Template } from "#lib/domain/playbook-template.ts";
import { Line, listOf, PartId, Prose, Seconds, Source } from "#lib/domain/playbook-words.ts";
import { Component } from "#lib/domain/service.ts";

/** One thing that must be true after a rollback, and how it is known. */
const ValidationPoint = z.strictObject({
  id: PartId,
  title: Line,
  expect: Line,
  by: z.discriminatedUnion("kind", [
    /** The evidence of verification steps: of these components and operations, or of all. */
    z.strictObject({
      kind: z.literal("evidence"),
      components: z.array(Component).min(1).max(7).optional(),
      operations: z.array(z.string().min(1).max(64)).min(1).max(20).optional(),
    }),
    /** The playbook's facts, measured again. */
    z.strictObject({ kind: z.literal("facts"), when: Condition }),
    z.strictObject({ kind: z.literal("manual") }),
  ]),
  source: Source,
});

/** A figure to watch. With `within`, leaving it during the monitoring window is a breach. */
const Metric = z.strictObject({
  id: PartId,
  title: Line,
  signal: z.string().min(1).max(100).optional(),
  within: Condition.optional(),
  limit: Line.optional(),
  source: Source,
});

/** How fast people mean to be. `seconds` is not to be reached: the documents write "< 2 minutes". */
export const Objective = z.strictObject({
  id: PartId,
  title: Line,
  clock: z.enum(["detect", "decide", "roll_back", "recover"]),
  severities: z.array(Severity).min(1).max(4).optional(),
  seconds: Seconds,
  source: Source,
});
export type Objective = z.infer<typeof Objective>;

/** Words that an address of Lastgood has already. */
const taken = ["new", "try", "validate", "compare"];
const PlaybookId = PartId.refine((id) => !taken.includes(id), {
  error: "Lastgood uses this word itself. Choose another id.",
});

/** A playbook document: a team's rules as data. Strict everywhere; conditions are trees, nothing is code. */
export const Playbook = z.strictObject({
  format: z.literal(1),
  id: PlaybookId,
  version: z.int().min(1).max(1_000_000),
  title: Line,
  summary: Prose,
  /** The document that it carries. */
  document: z.strictObject({ title: Line, version: Line.optional(), note: Prose.optional() }),
  facts: z.array(FactDefinition).min(1).max(200),
  severities: Severities,
  windows: listOf(ResponseWindow, 20),
  matrices: z.array(DecisionMatrix).min(1).max(20),
  otherwise: Fallback,
  undecided: Fallback,
  strategies: listOf(StrategyRow, 20),
  /** How far a rollback may reach; empty: by component alone. */
  scopes: listOf(ScopeRule, 20),
  triggers: listOf(Trigger, 100),
  authority: Authority,
  checklists: listOf(Checklist, 30),
  /** The first that covers the scope is offered first. */
  procedures: z.array(Procedure).min(1).max(50),
  validation: listOf(ValidationPoint, 50),
  scenarios: listOf(Scenario, 50),
  remedies: listOf(Remedy, 50),
  monitoring: z.strictObject({ seconds: Seconds, metrics: listOf(Metric, 50), source: Source }),
  limits: Limits,
  objectives: listOf(Objective, 50),
  escalation: listOf(EscalationLevel, 10),
  alerts: listOf(AlertChannel, 10),
  notifications: listOf(NotificationRule, 50),
  templates: listOf(Template, 50),
  contacts: listOf(Contact, 50),
  postMortem: z
    .strictObject({
      dueHours: z.number().positive().max(720),
      attendees: listOf(Line, 20),
      agenda: listOf(Line, 20),
      /** What the written post-mortem has to say, in order. */
      sections: listOf(Line, 30),
      source: Source,
    })
    .nullable()
    .default(null),
  drill: z
    .strictObject({ everyDays: z.int().min(1).max(366), environment: PartId, source: Source })
    .nullable()
    .default(null),
  audit: z
    .strictObject({ fields: listOf(Line, 30), retentionDays: z.int().min(1).max(36_500), source: Source })
    .nullable()
    .default(null),
  /** Limits of what may be rolled back, and what in Lastgood holds them. */
  constraints: listOf(z.strictObject({ id: PartId, text: Line, heldBy: Line, source: Source }), 50),
  /** Parts of the document that no id carries as written, and why. */
  carriedDifferently: listOf(z.strictObject({ section: Source, row: Line.optional(), because: Prose }), 200),
});
export type Playbook = z.infer<typeof Playbook>;
/** The document as written, before defaults are filled in. */
export type PlaybookInput = z.input<typeof Playbook>;

export type PlaybookFault = { path: string; message: string; line?: number };

export function procedureOf(playbook: Playbook, id: string): Procedure | undefined {
  return playbook.procedures.find((procedure) => procedure.id === id);
}
