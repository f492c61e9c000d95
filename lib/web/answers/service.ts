import { z } from "zod";
import { Identity, Seen } from "#lib/domain/inspection.ts";
import { Component } from "#lib/domain/service.ts";
import { AnyObject, answer, Time } from "#lib/web/answers/common.ts";

const Signal = answer({ name: z.string(), value: z.number(), unit: z.string().nullable(), at: Time });

export const Service = answer({
  id: z.string(),
  name: z.string(),
  system: z.string(),
  owner: z.string(),
  playbook: z.string(),
  environments: z.array(
    answer({
      name: z.string(),
      protected: z.boolean(),
      automaticRollback: z.boolean(),
      allow: z.array(z.string()),
      targets: z.array(
        answer({
          id: z.string(),
          component: Component,
          adapter: z.string(),
          settings: AnyObject,
          secrets: z.array(z.string()).describe("Names only; no secret is ever given."),
          identity: Identity.nullable().describe("Which system answered when it was first seen"),
          seen: Seen.nullable().describe("What the last look showed; null until a worker has looked"),
          seenAt: Time.nullable(),
        }),
      ),
      current: z.string().nullable(),
      lastKnownGood: z.string().nullable(),
      signals: z.array(Signal),
    }),
  ),
  dependsOn: z.array(answer({ service: z.string(), versions: z.string().nullable() })),
  dependents: z.array(z.string()),
}).meta({ id: "Service" });

export const Inspection = answer({
  id: z.string(),
  component: Component,
  adapter: z.string(),
  createdAt: Time,
  endedAt: Time.nullable(),
  seen: Seen.nullable().describe("Null while a worker has yet to look"),
}).meta({ id: "Inspection" });

export const Deployment = answer({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  version: z.string(),
  deployedAt: Time,
  deployedBy: z.string(),
  strategy: z.string().nullable(),
  knownGood: z.boolean().nullable(),
  knownGoodReason: z.string().nullable(),
  commit: z.string().nullable(),
  imageDigest: z.string().nullable(),
  configurationRevision: z.string().nullable(),
  migrationHead: z.string().nullable(),
  backup: z.string().nullable(),
  notes: z.string().nullable(),
  pinned: z.boolean(),
  current: z.boolean(),
  rollback: z.string().nullable(),
}).meta({ id: "Deployment" });

export const Pin = answer({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  version: z.string(),
  reason: z.string(),
  rollback: z.string().nullable(),
  createdBy: z.string(),
  createdAt: Time,
  releasedAt: Time.nullable(),
}).meta({ id: "Pin" });

export const Readiness = answer({
  ready: z.boolean().nullable().describe("null: not known, which is not the same as ready."),
  checks: z.array(
    answer({ id: z.string(), title: z.string(), ok: z.boolean().nullable(), detail: z.string() }),
  ),
}).meta({ id: "Readiness" });

export const Measured = answer({
  facts: AnyObject.describe("The playbook's facts that a recent signal answers."),
  measuredAt: z.record(z.string(), Time).describe("When each of them was measured."),
  sustainedFor: z.record(z.string(), z.number()).describe("Seconds for which each threshold has held."),
}).meta({ id: "Measured" });

const beside = z.array(
  answer({
    service: z.string().nullable().describe("Null for a service that you cannot read."),
    name: z.string(),
    direction: z.enum(["depends_on", "depended_on_by"]),
    versions: z.string().nullable().describe("The range that is needed; null: any, or not yours to read."),
    version: z.string().nullable().describe("What will run there."),
    verdict: z.enum(["compatible", "incompatible", "unknown"]),
    why: z.string(),
    mustMove: z.boolean(),
    candidates: z.array(z.string()).describe("Known good versions that it could go to, the likeliest first."),
  }),
);

export const Dependencies = answer({
  service: z.string(),
  environment: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  dependsOn: beside.describe("Those that it needs."),
  dependents: beside.describe("Those that need it."),
  companions: z.array(
    answer({
      service: z.string(),
      name: z.string(),
      from: z.string().nullable(),
      to: z.string(),
      because: z.string(),
      dependsOn: beside,
      dependents: beside,
    }),
  ),
  order: z.array(z.string()).describe("In which order they would move: who needs another goes first."),
  cycles: z.array(z.array(z.string())).describe("Those among them that need each other."),
}).meta({ id: "Dependencies" });
