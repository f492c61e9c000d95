import type { Facts } from "#lib/domain/incident.ts";
import type { Json, JsonObject } from "#lib/domain/json.ts";
import type { PhaseId, Reversibility, Serving } from "#lib/domain/plan.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Artifacts, Component } from "#lib/domain/service.ts";

export type PlanTarget = {
  component: Component;
  adapter: string;
  settings: JsonObject;
  /** References only. */
  secrets: Record<string, string>;
};

/** What one adapter operation answered when it was asked to plan for one target. */
export type PlannedOperation = {
  target: PlanTarget;
  operation: {
    id: string;
    phase: PhaseId;
    mutating: boolean;
    reversibility: Reversibility;
    limitSeconds: number;
    serving?: Serving;
  };
  title: string;
  desired: JsonObject;
  /** `stable(observed)`, or null where nothing can drift. */
  observedBefore: Json | null;
  command: string;
  /** Which system answered at the target's address. */
  identity?: { kind: string; id: string };
  /** The window of data that it throws away, as the target tells. RFC 3339. */
  dataLoss?: { from: string; to: string };
  notReverted?: readonly { what: string; why: string }[];
  /** How an abort takes back what it keeps shut. */
  release?: { title: string; command: string; limitSeconds: number; until: string };
};

/** One service's part of a plan. */
export type LaneInput = {
  service: string;
  /** Host:port pairs that its steps may call. */
  environment: { allow: readonly string[] };
  from: { version: string | null; artifacts: Artifacts | null };
  to: { version: string; artifacts: Artifacts };
  scope: readonly Component[];
  playbook: Playbook;
  /** Id of a procedure of the playbook. */
  procedure: string;
  /** Every component that has a target in this environment, in scope or not. */
  registered: readonly Component[];
  /** In the order of the targets, and within each of the adapter's operations. */
  planned: readonly PlannedOperation[];
  /** What is known of the situation, for steps that depend on it; absent: all of them are done. */
  facts?: Facts | null;
  /** The window of data that a restore throws away. RFC 3339. */
  dataLoss?: { from: string; to: string } | null;
  /** Own history of this procedure for this service; absent: the playbook's figures. */
  history?: ProcedureHistory | null;
  /** False: its lane begins without waiting for a person, where it is not the first. */
  hold?: boolean;
};

type Spread = { p50Minutes: number; p95Minutes: number };
/** How long a procedure took here before; `downtime` null: what users noticed is not known of enough of the runs. */
export type ProcedureHistory = Spread & { runs: number; downtime: Spread | null };

/** A service that moves together with the plan's own, and the dependency that makes it. */
export type MemberInput = LaneInput & { because: string };

export type BuildPlanInput = LaneInput & {
  rollback: string;
  environment: { name: string; allow: readonly string[] };
  strategy: string;
  emergency: { criterion: string } | null;
  drill: boolean;
  /** Shorter limits than the procedures'; longer ones are ignored. Seconds. */
  limits?: ShorterLimits;
  /** In the order of the request; absent: it moves alone. */
  members?: readonly MemberInput[];
  /** Services in the order of their lanes, its own included; absent: its own, then the members. */
  lanes?: readonly string[];
};

export type ShorterLimits = { rollbackSeconds?: number | undefined; healthSeconds?: number | undefined };
