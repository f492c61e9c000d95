import { z } from "zod";
import { CheckId } from "#lib/domain/checklist.ts";
import { Condition } from "#lib/domain/condition.ts";
import { Line, listOf, PartId, Prose, Seconds, Source, Span } from "#lib/domain/playbook-words.ts";
import { Component } from "#lib/domain/service.ts";

/** A step of a procedure: operations of the adapters of one component, or a thing a person does. */
export const ProcedureStep = z.strictObject({
  id: PartId,
  title: Line,
  component: Component.optional(),
  /** Adapter verbs, in order; absent: whatever the component's adapter offers in this phase. */
  operations: z.array(z.string().min(1).max(64)).min(1).max(20).optional(),
  /** A service of the system, where a procedure moves more than one. */
  service: z.string().max(100).optional(),
  onlyWhen: Condition.optional(),
  /** Stop here until a person says go. */
  hold: z.boolean().default(false),
  limitSeconds: Seconds.optional(),
  /** How a person does the same with no console at hand. */
  byHand: Prose.optional(),
  source: Source,
});
export type ProcedureStep = z.infer<typeof ProcedureStep>;

/** Where the document's own way would do harm when repeated, and what is done in its place. */
const SafeForm = z.strictObject({ written: Line, instead: Prose, because: Prose, source: Source });

export const Limits = z.strictObject({
  rollbackSeconds: z.number().positive().max(86_400),
  healthSeconds: z.number().positive().max(86_400),
});

const Steps = listOf(ProcedureStep, 100);

/** What must be so before this procedure is chosen: confirmed by a person, or by a check that runs itself. */
const Prerequisite = z.union([
  Line,
  z.strictObject({
    title: Line,
    check: CheckId.optional(),
    advice: Prose.optional(),
    source: Source.optional(),
  }),
]);

export const Procedure = z.strictObject({
  id: PartId,
  title: Line,
  useWhen: Prose,
  /** What it can take back. */
  components: z.array(Component).min(1).max(7),
  minutes: Span,
  downtimeMinutes: Span,
  risk: z.enum(["low", "medium", "high"]),
  prerequisites: listOf(Prerequisite, 20),
  /** Set where newer data is lost: what must be typed, and why. */
  dataLoss: z.strictObject({ phrase: Line, because: Prose }).nullable().default(null),
  limits: Limits,
  /** Seconds of watching afterwards; absent: the playbook's own. */
  monitoringSeconds: Seconds.optional(),
  phases: z.strictObject({
    initiation: Steps,
    validation: Steps,
    execution: z.array(ProcedureStep).min(1).max(100),
    verification: Steps,
    completion: Steps,
  }),
  /** Procedures that follow this one. */
  then: listOf(PartId, 10),
  safeForms: listOf(SafeForm, 20),
  source: Source,
});
export type Procedure = z.infer<typeof Procedure>;

export const Scenario = z.strictObject({
  id: PartId,
  title: Line,
  symptoms: z.array(Line).min(1).max(20),
  matches: Condition.optional(),
  action: Line,
  procedure: PartId.nullable(),
  scope: z.array(Component).max(7).default([]),
  validation: z.array(Line).min(1).max(20),
  warnings: listOf(Line, 20),
  source: Source,
});

/** What to do when the rollback itself fails. */
export const Remedy = z.strictObject({
  id: PartId,
  title: Line,
  symptoms: z.array(Line).min(1).max(20),
  /** Offered first where a step of these components has failed; absent: everywhere. */
  components: z.array(Component).min(1).max(7).optional(),
  steps: z
    .array(z.strictObject({ text: Line, byHand: Prose.optional(), source: Source.optional() }))
    .min(1)
    .max(20),
  safeForms: listOf(SafeForm, 20),
  source: Source,
});
