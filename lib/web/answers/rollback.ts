import { z } from "zod";
import { ItemGate } from "#lib/domain/checklist.ts";
import { viaKinds } from "#lib/domain/approval-capacity.ts";
import { DebtKind } from "#lib/domain/emergency.ts";
import { DataLoss, PhaseId, PlanLimits, Reversibility } from "#lib/domain/plan.ts";
import { Role } from "#lib/domain/role.ts";
import { ApprovalDecision, RollbackState, StepState } from "#lib/domain/rollback.ts";
import { Component } from "#lib/domain/service.ts";
import { AnyObject, answer, AnyJson, Person, Time } from "#lib/web/answers/common.ts";

const summary = {
  id: z.string(),
  number: z.string(),
  state: RollbackState,
  service: z.string(),
  serviceName: z.string(),
  environment: z.string(),
  protected: z.boolean(),
  from: z.string().nullable(),
  to: z.string(),
  reason: z.string(),
  initiator: Person,
  incident: z.string().nullable(),
  emergency: answer({ criterion: z.string() }).nullable(),
  drill: z.boolean(),
  createdAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  expiresAt: Time.nullable(),
  outcome: z.string().nullable(),
};

export const RollbackSummary = answer(summary).meta({ id: "RollbackSummary" });

const PlanStep = answer({
  key: z.string(),
  title: z.string(),
  adapter: z.string(),
  operation: z.string(),
  component: Component.nullable(),
  service: z
    .string()
    .optional()
    .describe("Whose target it is, where the plan moves several; absent: its own."),
  hold: z.string().optional().describe("Why execution waits before this step until a person says go."),
  desired: AnyObject,
  command: z.string().describe("What a person would type to do the same."),
  mutating: z.boolean(),
  reversibility: Reversibility,
  limitSeconds: z.number(),
  release: answer({ title: z.string(), command: z.string(), limitSeconds: z.number(), until: z.string() })
    .optional()
    .describe(
      "What a worker does when the rollback is aborted after this step and before the operation `until`.",
    ),
});

export const Plan = answer({
  hash: z.string(),
  procedure: z.string(),
  strategy: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  lanes: z
    .array(z.string())
    .optional()
    .describe("The services that move, in their order; absent: one alone."),
  members: z
    .array(
      answer({
        service: z.string(),
        from: z.string().nullable(),
        to: z.string(),
        scope: z.array(Component),
        playbook: answer({ id: z.string(), version: z.number().int() }),
        procedure: z.string(),
        because: z.string().describe("The dependency that makes it move."),
      }),
    )
    .optional(),
  limits: PlanLimits,
  phases: z.array(answer({ id: PhaseId, title: z.string(), steps: z.array(PlanStep) })),
  notReverted: z.array(answer({ what: z.string(), why: z.string() })),
  notLookedAt: z
    .array(answer({ what: z.string(), why: z.string() }))
    .optional()
    .describe("What the targets would have looked at and the procedure does not."),
  dataLoss: DataLoss.nullable(),
  estimate: answer({ minutes: z.number(), downtimeMinutes: z.number(), basis: z.string() }),
  risk: z.enum(["low", "medium", "high"]),
  monitoringSeconds: z.number(),
}).meta({ id: "Plan" });

export const ChecklistItem = answer({
  id: z.string(),
  title: z.string(),
  checklist: z.string().nullable().describe("The list that it stands in."),
  gate: ItemGate,
  kind: z.enum(["automatic", "manual"]),
  required: z.boolean(),
  state: z.enum(["open", "done", "failed", "overridden"]),
  evidence: z.string().nullable(),
  advice: z.string().nullable(),
  help: z.string().nullable(),
  overrideRole: Role.nullable().describe("The least role that may override it; null: nobody."),
  note: z.string().nullable(),
  by: Person.nullable(),
  at: Time.nullable(),
}).meta({ id: "ChecklistItem" });

const ChecklistTitle = answer({
  id: z.string(),
  title: z.string(),
  gate: ItemGate,
  minutes: z.number().nullable(),
});

export const Approvals = answer({
  required: z.number().int(),
  roles: z.array(Role),
  onCall: z.boolean().describe("Whether whoever is on call may decide."),
  onDuty: z.array(answer({ person: Person, until: Time })),
  asksNextAt: Time.nullable(),
  offersEmergencyAt: Time.nullable(),
  emergencyOffer: answer({
    criteria: z.array(answer({ id: z.string(), title: z.string() })),
    roles: z.array(Role),
    onCall: z.boolean(),
    since: Time,
  }).nullable(),
  given: z.array(
    answer({
      by: Person,
      role: Role,
      via: answer({
        kind: z.enum(viaKinds),
        lender: Person.nullable().describe("Who lent the role."),
        until: Time.nullable(),
      }),
      lost: z.string().nullable().describe("Why it no longer counts although nobody voided it."),
      decision: ApprovalDecision,
      planHash: z.string(),
      at: Time,
      comment: z.string().nullable(),
      voidedAt: Time.nullable(),
    }),
  ),
  expiresAt: Time.nullable(),
}).meta({ id: "Approvals" });

const Step = answer({
  key: z.string(),
  state: StepState,
  attempts: z.number().int(),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  nextRetryAt: Time.nullable(),
  heldAt: Time.nullable().describe(
    "Since when execution waits, or waited, before it until somebody says go.",
  ),
  releasedAt: Time.nullable(),
  releasedBy: Person.nullable(),
  observed: AnyJson,
  evidence: AnyJson,
  error: AnyJson,
}).meta({ id: "Step" });

const Debt = answer({
  id: z.string(),
  kind: DebtKind,
  owedBy: Person,
  dueAt: Time,
  doneAt: Time.nullable(),
  text: z.string().nullable(),
}).meta({ id: "Debt" });

export const Rollback = answer({
  ...summary,
  incidentNumber: z.string().nullable(),
  scope: z.array(Component),
  members: z.array(
    answer({
      service: z.string(),
      serviceName: z.string(),
      from: z.string().nullable(),
      to: z.string(),
      scope: z.array(Component),
      hold: z.boolean().describe("Whether execution waits before its lane."),
    }),
  ),
  procedure: z.string(),
  strategy: z.string(),
  playbook: answer({ id: z.string(), version: z.number().int() }),
  driver: Person.nullable(),
  generation: z.number().int(),
  preparing: z.boolean(),
  plan: Plan.nullable(),
  checklist: z.array(ChecklistItem),
  checklists: z.array(ChecklistTitle),
  validation: z.array(ChecklistItem).describe("What must be true afterwards; empty before."),
  approvals: Approvals,
  steps: z.array(Step),
  control: z.string().nullable(),
  deadlineAt: Time.nullable(),
  errors: AnyJson,
  debts: z.array(Debt),
  lastSeq: z.number().int(),
}).meta({ id: "Rollback" });
