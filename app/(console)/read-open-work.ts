import { cache } from "react";
import { approvalInbox } from "#lib/queries/approval/inbox.ts";
import { listIncidents } from "#lib/queries/incident/list.ts";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { readPage } from "#lib/web/read-page.ts";

/** What is going on, read once per request for the frame and the page in it. */
export const readOpenWork = cache(() =>
  readPage(async (actor) => {
    const [incidents, rollbacks, approvals] = await Promise.all([
      listIncidents(actor, { active: true, limit: 100 }),
      listRollbacks(actor, { active: true, limit: 100 }),
      approvalInbox(actor, { state: "needs_approval", limit: 50 }),
    ]);
    return { incidents, rollbacks, approvals };
  }),
);
