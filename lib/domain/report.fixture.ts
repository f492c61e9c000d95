import type { StreamEvent } from "#lib/domain/event.ts";
import type { Plan } from "#lib/domain/plan.ts";
import type { IncidentView, RollbackView } from "#lib/domain/view.ts";

const person = (name: string) => ({ id: `usr_${name}`, name, email: `${name.toLowerCase()}@example.com` });
const step = {
  adapter: "http-blue-green",
  component: "code",
  settings: {},
  secrets: {},
  desired: { colour: "blue", version: "1.0.0" },
  limitSeconds: 60,
  observedBefore: null,
} as const;

/** A rollback that succeeded, for tests of what is written about it. `text` stands wherever a person or a target speaks. */
export function finishedRollback(text: string): RollbackView {
  const plan: Plan = {
    format: 1,
    rollback: "rb_1",
    service: "shop",
    environment: "production",
    from: "1.1.0",
    to: "1.0.0",
    scope: ["code"],
    playbook: { id: "small", version: 1 },
    procedure: "back",
    strategy: "blue-green",
    allow: [],
    emergency: null,
    drill: false,
    limits: { rollbackSeconds: 600, healthSeconds: 120 },
    phases: [
      {
        id: "execution",
        title: "Execution",
        steps: [
          {
            ...step,
            key: "execution.code.switch",
            title: text,
            operation: "switch",
            command: `curl ${text}`,
            mutating: true,
            reversibility: "irreversible",
          },
        ],
      },
      {
        id: "verification",
        title: "Verification",
        steps: [
          {
            ...step,
            key: "verification.code.check",
            title: "Check",
            operation: "check",
            command: "curl /health",
            mutating: false,
            reversibility: "reversible",
          },
        ],
      },
    ],
    notReverted: [{ what: text, why: text }],
    dataLoss: {
      from: "2026-01-01T02:00:00Z",
      to: "2026-01-01T02:30:00Z",
      minutes: 30,
      phrase: "CONFIRM DATA LOSS",
    },
    estimate: { minutes: 2, downtimeMinutes: 0, basis: "playbook small: 1 to 2 min" },
    risk: "high",
    monitoringSeconds: 0,
    hash: "a".repeat(64),
  };
  return {
    id: "rb_1",
    number: "RB-1",
    state: "succeeded",
    service: "shop",
    serviceName: text,
    environment: "production",
    protected: true,
    from: "1.1.0",
    to: "1.0.0",
    reason: text,
    initiator: { ...person("Olga"), name: text },
    incident: "inc_1",
    incidentNumber: "INC-1",
    emergency: { criterion: text },
    drill: false,
    createdAt: "2026-01-01T03:02:00.000Z",
    startedAt: "2026-01-01T03:04:00.000Z",
    endedAt: "2026-01-01T03:05:30.000Z",
    expiresAt: null,
    outcome: "succeeded",
    scope: ["code"],
    procedure: "back",
    strategy: "blue-green",
    playbook: { id: "small", version: 1 },
    driver: person("Olga"),
    editors: [],
    generation: 1,
    preparing: false,
    plan,
    checklist: [
      {
        id: "told",
        title: text,
        checklist: "before",
        gate: "submit",
        kind: "manual",
        required: true,
        state: "failed",
        evidence: text,
        advice: text,
        help: text,
        overrideRole: null,
        note: text,
        by: person("Olga"),
        at: "2026-01-01T03:02:30.000Z",
        may: { tick: false, override: false, checkAgain: false },
      },
    ],
    checklists: [{ id: "before", title: text, gate: "submit", minutes: 2 }],
    validation: [],
    approvals: {
      required: 1,
      roles: ["release_manager", "admin"],
      given: [
        {
          by: person("Rita"),
          role: "release_manager",
          decision: "approve",
          planHash: plan.hash,
          at: "2026-01-01T03:03:00.000Z",
          comment: text,
          voidedAt: null,
          voidReason: null,
        },
      ],
      expiresAt: "2026-01-01T04:03:00.000Z",
    },
    steps: [
      {
        key: "verification.code.check",
        state: "pending",
        attempts: 0,
        startedAt: null,
        endedAt: null,
        nextRetryAt: null,
        observed: null,
        evidence: [],
        error: null,
      },
      {
        key: "execution.code.switch",
        state: "done",
        attempts: 2,
        startedAt: "2026-01-01T03:04:01.000Z",
        endedAt: "2026-01-01T03:04:11.000Z",
        nextRetryAt: null,
        observed: null,
        evidence: [],
        error: { message: text },
      },
    ],
    control: null,
    submittedAt: null,
    approvedAt: "2026-01-01T03:03:00.000Z",
    deadlineAt: null,
    healthDeadlineAt: null,
    errors: [text],
    review: null,
    lastSeq: 3,
    may: {
      edit: false,
      check: false,
      submit: false,
      approve: false,
      execute: false,
      drive: false,
      override: false,
    },
    whyNotApprove: null,
  };
}

/** What the record says about it. */
export function finishedEvents(text: string): StreamEvent[] {
  const actor = { kind: "user", id: "usr_Olga", name: text } as const;
  return [
    { seq: 1, type: "rollback.requested", at: "2026-01-01T03:02:00.000Z", actor, data: { reason: text } },
    { seq: 2, type: "step.output", at: "2026-01-01T03:04:02.000Z", actor, data: { text } },
    {
      seq: 3,
      type: "rollback.finished",
      at: "2026-01-01T03:05:30.000Z",
      actor,
      data: { outcome: "succeeded" },
    },
  ];
}

/** Its incident, resolved. */
export function resolvedIncident(text: string): IncidentView {
  return {
    id: "inc_1",
    number: "INC-1",
    title: text,
    service: "shop",
    serviceName: text,
    environment: "production",
    protected: true,
    severity: "P0",
    state: "resolved",
    commander: person("Olga"),
    detectedAt: "2026-01-01T03:00:00.000Z",
    decideBy: "2026-01-01T03:05:00.000Z",
    resolvedAt: "2026-01-01T03:20:00.000Z",
    facts: {},
    decision: null,
    playbook: { id: "small", version: 1 },
    acknowledgedAt: "2026-01-01T03:00:30.000Z",
    decidedAt: "2026-01-01T03:02:00.000Z",
    recoveredAt: "2026-01-01T03:05:30.000Z",
    reviewedAt: null,
    declaredBy: person("Olga"),
    rollbacks: [],
    updates: [],
    lastSeq: 3,
  };
}
