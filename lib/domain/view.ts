import type { Identity, Seen } from "#lib/domain/inspection.ts";
import type { ItemGate } from "#lib/domain/checklist.ts";
import type { ViaKind } from "#lib/domain/approval-capacity.ts";
import type { DebtKind } from "#lib/domain/emergency.ts";
import type { StreamEvent } from "#lib/domain/event.ts";
import type { Facts, IncidentState, Severity } from "#lib/domain/incident.ts";
import type { Json, JsonObject } from "#lib/domain/json.ts";
import type { Plan } from "#lib/domain/plan.ts";
import type { Role } from "#lib/domain/role.ts";
import type { RollbackState, StepState } from "#lib/domain/rollback.ts";
import type { Artifacts, Component } from "#lib/domain/service.ts";

/** What queries give to the API and to screens: plain JSON, times as RFC 3339 UTC. */
export type PersonRef = { id: string; name: string; email: string };

export type StepView = {
  key: string;
  state: StepState;
  attempts: number;
  startedAt: string | null;
  endedAt: string | null;
  nextRetryAt: string | null;
  /** Since when execution waits, or waited, before it until somebody says go; and who said it. */
  heldAt: string | null;
  releasedAt: string | null;
  releasedBy: PersonRef | null;
  observed: Json;
  evidence: Json;
  error: Json;
};

export type ChecklistItemView = {
  id: string;
  title: string;
  /** The id of its list; null for what no list of the playbook asks. */
  checklist: string | null;
  gate: ItemGate;
  kind: "automatic" | "manual";
  required: boolean;
  /** An automatic item that is open could not be seen: unknown, which is not done. */
  state: "open" | "done" | "failed" | "overridden";
  evidence: string | null;
  advice: string | null;
  help: string | null;
  /** The least role that may override it; null: nobody. */
  overrideRole: Role | null;
  note: string | null;
  by: PersonRef | null;
  at: string | null;
  /** What the reader may do with it right now. */
  may: { tick: boolean; override: boolean; checkAgain: boolean };
};

/** A list of items with its title, and with its time in minutes where the playbook gives one. */
export type ChecklistView = { id: string; title: string; gate: ItemGate; minutes: number | null };

export type ApprovalView = {
  by: PersonRef;
  role: Role;
  /** In which capacity; on call or with a lent role until then, the role being the lender's. */
  via: { kind: ViaKind; lender: PersonRef | null; until: string | null };
  /** Why it no longer counts although nobody voided it; null where it stands. */
  lost: string | null;
  decision: "approve" | "reject";
  planHash: string;
  at: string;
  comment: string | null;
  voidedAt: string | null;
  voidReason: string | null;
};

export type ApprovalsView = {
  required: number;
  roles: Role[];
  /** Whether whoever is on call may decide, and who that is while it waits. */
  onCall: boolean;
  onDuty: { person: PersonRef; until: string }[];
  given: ApprovalView[];
  expiresAt: string | null;
  /** While it waits: when the next ones are asked and when the emergency is offered; null: not, or it was done. */
  asksNextAt: string | null;
  offersEmergencyAt: string | null;
  /** Nobody decided in time: by which criteria it may be declared an emergency, and by whom. */
  emergencyOffer: {
    criteria: { id: string; title: string }[];
    roles: Role[];
    onCall: boolean;
    since: string;
  } | null;
};

export type RollbackSummary = {
  id: string;
  number: string;
  state: RollbackState;
  service: string;
  serviceName: string;
  environment: string;
  protected: boolean;
  from: string | null;
  to: string;
  reason: string;
  initiator: PersonRef;
  incident: string | null;
  emergency: { criterion: string } | null;
  drill: boolean;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  expiresAt: string | null;
  outcome: string | null;
};

/** A service that moves together with the one that the rollback is about. */
export type MemberView = {
  service: string;
  serviceName: string;
  from: string | null;
  to: string;
  scope: Component[];
  /** Whether execution waits before its lane. */
  hold: boolean;
};

/** What an emergency leaves to be done by whoever invoked it. */
export type DebtView = {
  id: string;
  kind: DebtKind;
  owedBy: PersonRef;
  dueAt: string;
  /** When everybody concerned was told that it is overdue. */
  escalatedAt: string | null;
  doneAt: string | null;
  doneBy: PersonRef | null;
  text: string | null;
  mayComplete: boolean;
};

export type RollbackView = RollbackSummary & {
  incidentNumber: string | null;
  scope: Component[];
  members: MemberView[];
  procedure: string;
  strategy: string;
  playbook: { id: string; version: number };
  driver: PersonRef | null;
  editors: PersonRef[];
  generation: number;
  preparing: boolean;
  plan: Plan | null;
  /** What matters where it stands: the follow-up appears when it has ended. */
  checklist: ChecklistItemView[];
  checklists: ChecklistView[];
  /** What must be true afterwards; empty until the verification is over. */
  validation: ChecklistItemView[];
  approvals: ApprovalsView;
  steps: StepView[];
  control: string | null;
  submittedAt: string | null;
  approvedAt: string | null;
  deadlineAt: string | null;
  healthDeadlineAt: string | null;
  errors: Json;
  /** What its emergency left to be done, the first due first. */
  debts: DebtView[];
  /** By what the reader may declare it an emergency; null where they may not, or it is none that could become one. */
  emergencyChoice: {
    criteria: { id: string; title: string }[];
    reauthenticatedMinutes: number;
    reviewHours: number;
    documentationHours: number;
  } | null;
  lastSeq: number;
  /** What the reader may do right now: a comfort for screens, each command decides again. */
  may: {
    edit: boolean;
    check: boolean;
    submit: boolean;
    approve: boolean;
    execute: boolean;
    drive: boolean;
    override: boolean;
  };
  /** Why the reader may not approve, in a sentence; null where they may or nothing awaits approval. */
  whyNotApprove: string | null;
};

export type IncidentSummary = {
  id: string;
  number: string;
  title: string;
  service: string;
  serviceName: string;
  environment: string;
  protected: boolean;
  severity: Severity;
  state: IncidentState;
  commander: PersonRef | null;
  detectedAt: string;
  decideBy: string | null;
  resolvedAt: string | null;
};

type UpdateView = { id: string; state: string; text: string; public: boolean; by: string; at: string };

export type IncidentView = IncidentSummary & {
  /** Who tells the stakeholders. */
  communications: PersonRef | null;
  facts: Facts;
  decision: JsonObject | null;
  playbook: { id: string; version: number };
  acknowledgedAt: string | null;
  decidedAt: string | null;
  recoveredAt: string | null;
  reviewedAt: string | null;
  declaredBy: PersonRef | null;
  rollbacks: RollbackSummary[];
  /** What is left to do after each rollback that ended; its required items are done before the incident is closed. */
  followUp: { rollback: string; number: string; items: ChecklistItemView[]; lists: ChecklistView[] }[];
  updates: UpdateView[];
  lastSeq: number;
};

export type DeploymentView = {
  id: string;
  service: string;
  environment: string;
  version: string;
  deployedAt: string;
  deployedBy: string;
  strategy: string | null;
  knownGood: boolean | null;
  knownGoodReason: string | null;
  notes: string | null;
  pinned: boolean;
  current: boolean;
  rollback: string | null;
} & Artifacts;

export type PinView = {
  id: string;
  service: string;
  environment: string;
  version: string;
  reason: string;
  rollback: string | null;
  createdBy: string;
  createdAt: string;
  releasedAt: string | null;
};

type TargetView = {
  id: string;
  component: Component;
  adapter: string;
  settings: JsonObject;
  secrets: string[];
  /** Which system answered when it was first seen; another one is never touched. */
  identity: Identity | null;
  /** What the last look showed; null until a worker has looked. */
  seen: Seen | null;
  seenAt: string | null;
};
export type InspectionView = {
  id: string;
  component: Component;
  adapter: string;
  createdAt: string;
  endedAt: string | null;
  /** Null while a worker has yet to look. */
  seen: Seen | null;
};
export type EnvironmentView = {
  name: string;
  protected: boolean;
  automaticRollback: boolean;
  allow: string[];
  targets: TargetView[];
  current: string | null;
  lastKnownGood: string | null;
  signals: SignalView[];
};
export type SignalView = { name: string; value: number; unit: string | null; at: string };
export type ServiceView = {
  id: string;
  name: string;
  system: string;
  owner: string;
  playbook: string;
  environments: EnvironmentView[];
  dependsOn: { service: string; versions: string | null }[];
  dependents: string[];
};

export type ReadinessView = {
  ready: boolean | null;
  checks: { id: string; title: string; ok: boolean | null; detail: string }[];
};

export type EventsView = { events: StreamEvent[]; lastSeq: number };
