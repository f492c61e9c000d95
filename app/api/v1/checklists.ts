import { tickChecklist } from "#lib/commands/rollback/check.ts";
import { recheck } from "#lib/commands/rollback/recheck.ts";
import { CheckAgain, TickChecklist } from "#lib/domain/rollback.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { list } from "#lib/web/answers/common.ts";
import { ChecklistItem, Rollback } from "#lib/web/answers/rollback.ts";
import { route } from "#lib/web/route.ts";
import { preparedRollback } from "./prepared-rollback.ts";

const tag = "rollbacks";

export const checklistRoutes = [
  route({
    id: "getChecklist",
    method: "GET",
    path: "/rollbacks/{id}/checklist",
    access: "rollback.read",
    summary: "The checklist",
    tag,
    answer: list(ChecklistItem),
    handler: async ({ actor, params }) => ({
      items: (await getRollback(actor, params.id)).checklist,
      next: null,
    }),
  }),
  route({
    id: "tickChecklist",
    method: "POST",
    path: "/rollbacks/{id}/checklist",
    access: "rollback.check",
    summary: "Tick, untick, fail or override one checklist item",
    tag,
    body: TickChecklist,
    answer: Rollback,
    refusals: ["WRONG_STATE"],
    handler: async ({ actor, params, body, idempotency }) => {
      await tickChecklist(actor, { ...body, rollback: params.id }, idempotency);
      return getRollback(actor, params.id);
    },
  }),
  route({
    id: "recheckChecklist",
    method: "POST",
    path: "/rollbacks/{id}/checklist/check",
    access: "rollback.recheck",
    summary: "Run its automatic checks again, one or all; the plan stays",
    tag,
    body: CheckAgain,
    answer: Rollback,
    refusals: ["WRONG_STATE"],
    handler: async ({ actor, params, body, idempotency }) => {
      await recheck(actor, { ...body, id: params.id }, idempotency);
      return preparedRollback(actor, params.id);
    },
  }),
];
