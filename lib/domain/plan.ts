import { z } from "zod";
import { Json, JsonObject } from "#lib/domain/json.ts";
import { Component, SecretName, SecretReference } from "#lib/domain/service.ts";

export const phaseIds = ["initiation", "validation", "execution", "verification", "completion"] as const;
export const PhaseId = z.enum(phaseIds);
export type PhaseId = z.infer<typeof PhaseId>;

export const Reversibility = z.enum(["reversible", "compensable", "irreversible"]);
export type Reversibility = z.infer<typeof Reversibility>;

/** What users notice of a step: nothing, that the service stops, that it is there again, or a break as long as the step. */
export const Serving = z.enum(["keeps", "stops", "resumes", "interrupts"]);
export type Serving = z.infer<typeof Serving>;

/** One operation with every argument resolved. Nothing is looked up, chosen or computed after this is signed. */
export const PlanStep = z.strictObject({
  key: z.string(),
  title: z.string(),
  adapter: z.string(),
  operation: z.string(),
  component: Component.nullable(),
  /** The service whose target it is, in a plan that moves several; absent: the plan's own. */
  service: z.string().exactOptional(),
  /** Why execution waits before this step until a person says go; absent: it does not. */
  hold: z.string().exactOptional(),
  /** The target's settings as registered; secrets stand as references only. */
  settings: JsonObject,
  secrets: z.record(SecretName, SecretReference),
  /** The absolute state that this step wants. */
  desired: JsonObject,
  /** What a person would type to do the same. */
  command: z.string(),
  /** False for steps that only look: they are repeated freely and need no intent. */
  mutating: z.boolean(),
  reversibility: Reversibility,
  /** Absent: not known. */
  serving: Serving.exactOptional(),
  limitSeconds: z.number().positive(),
  /** The stable part of what the target showed when the plan was made; null where nothing is there to drift. */
  observedBefore: Json.nullable(),
  /** Which system answered there; another one is never touched. Absent: its adapter cannot tell. */
  identity: z.strictObject({ kind: z.string(), id: z.string() }).exactOptional(),
  /** What the worker does when the rollback is aborted after this step and before the operation `until`; absent: nothing. */
  release: z
    .strictObject({
      title: z.string(),
      command: z.string(),
      limitSeconds: z.number().positive(),
      until: z.string(),
    })
    .exactOptional(),
});
export type PlanStep = z.infer<typeof PlanStep>;

export const PlanPhase = z.strictObject({ id: PhaseId, title: z.string(), steps: z.array(PlanStep) });
export type PlanPhase = z.infer<typeof PlanPhase>;

export const DataLoss = z.strictObject({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  minutes: z.number().nonnegative(),
  phrase: z.string(),
});
export type DataLoss = z.infer<typeof DataLoss>;

export const PlanLimits = z.strictObject({
  rollbackSeconds: z.number().positive(),
  healthSeconds: z.number().positive(),
});

/** All that approvers sign. Its SHA-256 over canonical JSON is the plan hash; one byte more or less is another plan. */
export const PlanBody = z.strictObject({
  format: z.literal(1),
  rollback: z.string(),
  service: z.string(),
  environment: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  scope: z.array(Component),
  /** The services that move together with it, in the order of their lanes; absent: it moves alone. */
  members: z
    .array(
      z.strictObject({
        service: z.string(),
        from: z.string().nullable(),
        to: z.string(),
        scope: z.array(Component),
        /** Its own: what arranged its steps. */
        playbook: z.strictObject({ id: z.string(), version: z.number().int() }),
        procedure: z.string(),
        /** Host:port pairs that its steps may call. */
        allow: z.array(z.string()),
        /** The dependency that makes it move. */
        because: z.string(),
      }),
    )
    .exactOptional(),
  /** All that move, its own service included, in the order of their lanes; absent: it moves alone. */
  lanes: z.array(z.string()).exactOptional(),
  playbook: z.strictObject({ id: z.string(), version: z.number().int() }),
  procedure: z.string(),
  strategy: z.string(),
  allow: z.array(z.string()),
  emergency: z.strictObject({ criterion: z.string() }).nullable(),
  drill: z.boolean(),
  limits: PlanLimits,
  phases: z.array(PlanPhase),
  notReverted: z.array(z.strictObject({ what: z.string(), why: z.string() })),
  /** What the targets would have looked at and the procedure does not; absent: nothing. */
  notLookedAt: z.array(z.strictObject({ what: z.string(), why: z.string() })).exactOptional(),
  dataLoss: DataLoss.nullable(),
  /** Estimates for people: minutes to roll back and of downtime, and where they come from. */
  estimate: z.strictObject({ minutes: z.number(), downtimeMinutes: z.number(), basis: z.string() }),
  risk: z.enum(["low", "medium", "high"]),
  monitoringSeconds: z.number().nonnegative(),
});
export type PlanBody = z.infer<typeof PlanBody>;
export type Plan = PlanBody & { hash: string };

export function planSteps(plan: Pick<PlanBody, "phases">): PlanStep[] {
  return plan.phases.flatMap((phase) => phase.steps);
}

/** What a step may call: the addresses of its own service's environment, host:port. */
export function allowedFor(plan: Pick<PlanBody, "allow" | "members">, step: PlanStep): readonly string[] {
  if (step.service === undefined) return plan.allow;
  return plan.members?.find((member) => member.service === step.service)?.allow ?? [];
}

/** The key of the first step that cannot be undone, or null. People see a line across the page before it. */
export function pointOfNoReturn(plan: Pick<PlanBody, "phases">): string | null {
  return planSteps(plan).find((step) => step.mutating && step.reversibility === "irreversible")?.key ?? null;
}
