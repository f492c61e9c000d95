import { z } from "zod";
import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { actOnStep } from "#lib/commands/rollback/act-on-step.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { pauseRollback, resumeRollback } from "#lib/commands/rollback/control.ts";
import { declareEmergency } from "#lib/commands/rollback/declare-emergency.ts";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import { DeclareEmergency } from "#lib/domain/emergency.ts";
import {
  AbortRollback,
  ActOnStep,
  DecideApproval,
  EditRollback,
  ExecuteRollback,
  RequestRollback,
  RollbackState,
  WithReason,
} from "#lib/domain/rollback.ts";
import { rollbackEvents } from "#lib/queries/rollback/events.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { After, answer, Events, list, Page } from "#lib/web/answers/common.ts";
import { Approvals, Plan, Rollback, RollbackSummary } from "#lib/web/answers/rollback.ts";
import { noteAsking } from "#lib/web/presence.ts";
import { route } from "#lib/web/route.ts";
import { preparedRollback } from "./prepared-rollback.ts";

const tag = "rollbacks";
const nothing = z.strictObject({});
const Flag = z.enum(["true", "false"]).transform((text) => text === "true");

export const rollbackRoutes = [
  route({
    id: "listRollbacks",
    method: "GET",
    path: "/rollbacks",
    access: "rollback.read",
    summary: "Rollbacks, newest first",
    tag,
    query: Page.extend({
      service: z.string().max(100).optional(),
      environment: z.string().max(100).optional(),
      incident: z.string().max(64).optional(),
      state: RollbackState.optional(),
      active: Flag.optional(),
    }),
    answer: list(RollbackSummary),
    handler: ({ actor, query }) => listRollbacks(actor, query),
  }),
  route({
    id: "requestRollback",
    method: "POST",
    path: "/rollbacks",
    access: "rollback.request",
    summary: "Open a rollback; answers when its plan is prepared",
    tag,
    body: RequestRollback,
    answer: Rollback,
    status: 201,
    refusals: [
      "LOCKED",
      "PINNED",
      "NOT_KNOWN_GOOD",
      "NEVER_DEPLOYED",
      "REAUTHENTICATION_REQUIRED",
      "REVIEW_OVERDUE",
      "PLAYBOOK_REFUSES",
    ],
    handler: async ({ actor, body, idempotency }) => {
      const { id } = await requestRollback(actor, body, idempotency);
      return preparedRollback(actor, id);
    },
  }),
  route({
    id: "getRollback",
    method: "GET",
    path: "/rollbacks/{id}",
    access: "rollback.read",
    summary: "One rollback with its plan, checklist, approvals and steps",
    tag,
    answer: Rollback,
    handler: ({ actor, params }) => getRollback(actor, params.id),
  }),
  route({
    id: "editRollback",
    method: "PATCH",
    path: "/rollbacks/{id}",
    access: "rollback.edit",
    summary: "Change what the plan is made from; approvals are void and a new plan is prepared",
    tag,
    body: EditRollback,
    answer: Rollback,
    refusals: ["WRONG_STATE", "PINNED", "NOT_KNOWN_GOOD", "NEVER_DEPLOYED"],
    handler: async ({ actor, params, body, idempotency }) => {
      const { id } = await editRollback(actor, { id: params.id, changes: body }, idempotency);
      return preparedRollback(actor, id);
    },
  }),
  route({
    id: "getPlan",
    method: "GET",
    path: "/rollbacks/{id}/plan",
    access: "rollback.read",
    summary: "The plan; null while it is being prepared",
    tag,
    answer: answer({ plan: Plan.nullable() }),
    handler: async ({ actor, params }) => ({ plan: (await getRollback(actor, params.id)).plan }),
  }),
  route({
    id: "submitRollback",
    method: "POST",
    path: "/rollbacks/{id}/submit",
    access: "rollback.submit",
    summary: "Hand the plan to its approvers",
    tag,
    body: nothing,
    answer: Rollback,
    refusals: [
      "CHECKLIST_OPEN",
      "WRONG_STATE",
      "REAUTHENTICATION_REQUIRED",
      "REVIEW_OVERDUE",
      "PLAYBOOK_REFUSES",
    ],
    handler: async ({ actor, params, idempotency }) => {
      await submitRollback(actor, { id: params.id }, idempotency);
      return getRollback(actor, params.id);
    },
  }),
  route({
    id: "declareEmergency",
    method: "POST",
    path: "/rollbacks/{id}/emergency",
    access: "rollback.declare-emergency",
    summary: "Turn a draft or a plan that awaits approval into an emergency; it is invoked when submitted",
    tag,
    body: DeclareEmergency,
    answer: Rollback,
    refusals: ["WRONG_STATE", "REAUTHENTICATION_REQUIRED", "REVIEW_OVERDUE", "PLAYBOOK_REFUSES"],
    handler: async ({ actor, params, body, idempotency }) => {
      const { id } = await declareEmergency(actor, { ...body, id: params.id }, idempotency);
      return preparedRollback(actor, id);
    },
  }),
  route({
    id: "getApprovals",
    method: "GET",
    path: "/rollbacks/{id}/approvals",
    access: "rollback.read",
    summary: "How many approvals are needed, and those given",
    tag,
    answer: Approvals,
    handler: async ({ actor, params }) => (await getRollback(actor, params.id)).approvals,
  }),
  route({
    id: "decideApproval",
    method: "POST",
    path: "/rollbacks/{id}/approvals",
    access: "rollback.approve",
    summary: "Approve or reject exactly the plan with this hash",
    tag,
    body: DecideApproval,
    answer: Rollback,
    refusals: ["SELF_APPROVAL", "PLAN_STALE", "APPROVAL_EXPIRED", "WRONG_STATE", "PLAYBOOK_REFUSES"],
    handler: async ({ actor, params, body, idempotency }) => {
      await decideApproval(actor, { ...body, rollback: params.id }, idempotency);
      return getRollback(actor, params.id);
    },
  }),
  route({
    id: "executeRollback",
    method: "POST",
    path: "/rollbacks/{id}/execute",
    access: "rollback.execute",
    summary: "Look at the targets once more, then carry the approved plan out",
    tag,
    body: ExecuteRollback,
    answer: Rollback,
    status: 202,
    refusals: [
      "LOCKED",
      "PLAN_STALE",
      "ROLE_REVOKED",
      "APPROVAL_EXPIRED",
      "PINNED",
      "CONFIRMATION_REQUIRED",
      "CHECKLIST_OPEN",
      "WRONG_STATE",
      "PLAYBOOK_REFUSES",
    ],
    handler: async ({ actor, params, body, idempotency }) => {
      const { id } = await getRollback(actor, params.id);
      await executeRollback(actor, { ...body, id }, idempotency);
      return getRollback(actor, id);
    },
  }),
  ...(
    [
      [
        "abort",
        abortRollback,
        "rollback.abort",
        "End it: at once before it runs, at the next safe point while it runs; with asItIs where a person was asked to open what it keeps shut, and leaves that shut",
        AbortRollback,
      ],
      ["cancel", abortRollback, "rollback.abort", "End it before it runs", WithReason],
      ["pause", pauseRollback, "rollback.pause", "Halt between two steps", WithReason],
      [
        "resume",
        resumeRollback,
        "rollback.resume",
        "Go on at the first step that is not settled",
        WithReason,
      ],
    ] as const
  ).map(([verb, perform, access, summary, accepted]) =>
    route({
      id: `${verb}Rollback`,
      method: "POST",
      path: `/rollbacks/{id}/${verb}`,
      access,
      summary,
      tag,
      body: accepted,
      answer: Rollback,
      status: 202,
      refusals: ["WRONG_STATE"],
      handler: async ({ actor, params, body, idempotency }) => {
        await perform(actor, { ...body, id: params.id }, idempotency);
        return getRollback(actor, params.id);
      },
    }),
  ),
  route({
    id: "actOnStep",
    method: "POST",
    path: "/rollbacks/{id}/steps/{key}",
    access: "rollback.act-on-step",
    summary: "Decide what happens to a step where the machine stopped",
    tag,
    body: ActOnStep,
    answer: Rollback,
    status: 202,
    refusals: ["WRONG_STATE"],
    handler: async ({ actor, params, body, idempotency }) => {
      await actOnStep(actor, { ...body, id: params.id, key: params.key }, idempotency);
      return getRollback(actor, params.id);
    },
  }),
  route({
    id: "listRollbackEvents",
    method: "GET",
    path: "/rollbacks/{id}/events",
    access: "rollback.read",
    summary: "Its events after a sequence number, in order and without gaps",
    tag,
    query: After,
    answer: Events,
    handler: async ({ actor, params, query }) => {
      const events = await rollbackEvents(actor, params.id, query.after, query.limit);
      await noteAsking(actor, "rollback", params.id);
      return events;
    },
  }),
];
