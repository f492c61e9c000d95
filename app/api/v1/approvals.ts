import { z } from "zod";
import { approvalInbox } from "#lib/queries/approval/inbox.ts";
import { list, Page, Time } from "#lib/web/answers/common.ts";
import { RollbackSummary } from "#lib/web/answers/rollback.ts";
import { route } from "#lib/web/route.ts";

export const approvalRoutes = [
  route({
    id: "listApprovals",
    method: "GET",
    path: "/approvals",
    access: "rollback.read",
    summary: "What needs approval, what was decided, or both; `mine` says whether the caller may approve",
    tag: "approvals",
    query: Page.extend({ state: z.enum(["needs_approval", "completed", "all"]).default("needs_approval") }),
    answer: list(
      RollbackSummary.extend({
        mine: z.boolean(),
        whyNot: z.string().nullable(),
        given: z.number().int(),
        required: z.number().int(),
        asksNextAt: Time.nullable(),
        offersEmergencyAt: Time.nullable(),
        emergencyOffered: z.boolean(),
      }),
    ),
    handler: ({ actor, query }) => approvalInbox(actor, query),
  }),
];
