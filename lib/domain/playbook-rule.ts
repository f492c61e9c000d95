import { z } from "zod";
import { Comparison, Condition } from "#lib/domain/condition.ts";
import { Severity, Verdict } from "#lib/domain/incident.ts";
import { Line, listOf, Minutes, PartId, Prose, Source, Span } from "#lib/domain/playbook-words.ts";
import { Component } from "#lib/domain/service.ts";

const said = {
  verdict: Verdict,
  severity: Severity,
  /** The response window that the row belongs to. */
  window: PartId.nullable().default(null),
  /** Minutes after detection by which the verdict should be acted on; null: no clock. */
  deadlineMinutes: Minutes.nullable().default(null),
  procedures: listOf(PartId, 20),
  /** Shown to people as the reason. */
  because: Prose,
  source: Source,
};

/** One row of a decision matrix. The lowest rank that matches decides; rows of one rank that disagree never match together. */
export const DecisionRow = z.strictObject({
  id: PartId,
  rank: z.int().min(0).max(100_000),
  when: Condition,
  ...said,
});
export type DecisionRow = z.infer<typeof DecisionRow>;

/**
 * A table of rows. With `refines` it is asked only after a verdict of those kinds (and severities) was reached, and may
 * replace it: this is how "roll back or hotfix" tables work.
 */
export const DecisionMatrix = z.strictObject({
  id: PartId,
  title: Line,
  source: Source,
  refines: z
    .strictObject({ verdicts: z.array(Verdict).min(1), severities: z.array(Severity).min(1).optional() })
    .optional(),
  rows: z.array(DecisionRow).min(1).max(200),
});
export type DecisionMatrix = z.infer<typeof DecisionMatrix>;

/** What is said when no row matches: `otherwise` with every relevant answer known, `undecided` with some unknown. */
export const Fallback = z.strictObject({ id: PartId, ...said });
export type Fallback = z.infer<typeof Fallback>;

export const ResponseWindow = z.strictObject({
  id: PartId,
  title: Line,
  fromMinutes: Minutes,
  toMinutes: Minutes,
  steps: z.array(Line).min(1).max(20),
  source: Source,
});
export type ResponseWindow = z.infer<typeof ResponseWindow>;

const SeverityMeaning = z.strictObject({
  title: Line,
  meaning: Prose,
  /** Minutes within which somebody must answer; null where the document gives none. */
  respondMinutes: Minutes.nullable().default(null),
  source: Source,
});
export const Severities = z.strictObject({
  P0: SeverityMeaning,
  P1: SeverityMeaning,
  P2: SeverityMeaning,
  P3: SeverityMeaning,
});

/** How the bad version was deployed → how it is taken back. */
export const StrategyRow = z.strictObject({
  id: PartId,
  deployedBy: PartId,
  title: Line,
  method: Line,
  procedure: PartId,
  risk: z.enum(["low", "medium", "high"]),
  /** How long it takes; absent where the document says nothing. */
  minutes: Span.optional(),
  source: Source,
});

const scopeKinds = [
  "complete",
  "service",
  "component",
  "database",
  "configuration",
  "knowledge_base",
  "ui",
  "feature_flag",
] as const;
/** How far a rollback reaches, in the document's words → the components that go back and how. */
export const ScopeRule = z.strictObject({
  id: PartId,
  kind: z.enum(scopeKinds),
  title: Line,
  /** When to choose it. */
  useWhen: Prose.optional(),
  /** Absent: every component that the environment has. */
  components: z.array(Component).min(1).max(7).optional(),
  /** The procedure that it leads to; null: the first that covers it. */
  procedure: PartId.nullable().default(null),
  source: Source,
});
export type ScopeRule = z.infer<typeof ScopeRule>;

/**
 * A rule over one signal. It fires when the comparison has held for its `for`, or for `consecutive` observations in a
 * row; `action` says what follows.
 */
export const Trigger = z
  .strictObject({
    id: PartId,
    title: Line,
    condition: Comparison,
    consecutive: z.int().min(1).max(1000).optional(),
    /** `declare`: open an incident; `propose`: and prepare a plan; `roll_back`: and execute it where authority allows. */
    action: z.enum(["declare", "propose", "roll_back"]),
    severity: Severity,
    procedure: PartId.nullable().default(null),
    /** The urgency under which people are alerted. */
    urgency: PartId,
    because: Prose,
    source: Source,
  })
  .refine((trigger) => trigger.consecutive === undefined || trigger.condition.for === undefined, {
    error: "Use a duration or a number of consecutive observations, not both.",
  });
export type Trigger = z.infer<typeof Trigger>;
