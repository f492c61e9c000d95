import { postMortemMarkdown } from "#lib/domain/report-post-mortem.ts";
import { reportMarkdown } from "#lib/domain/report.ts";
import { getPostMortem } from "#lib/queries/incident/post-mortem.ts";
import { getRollbackReport } from "#lib/queries/rollback/report.ts";
import { getRunbook } from "#lib/queries/rollback/runbook.ts";
import { route } from "#lib/web/route.ts";

const tag = "reports";

export const reportRoutes = [
  route({
    id: "getRunbook",
    method: "GET",
    path: "/rollbacks/{id}/runbook.md",
    access: "rollback.read",
    summary: "The plan as a runbook with the exact commands, to follow by hand",
    tag,
    answer: "text/markdown",
    handler: ({ actor, params }) => getRunbook(actor, params.id),
  }),
  route({
    id: "getReport",
    method: "GET",
    path: "/rollbacks/{id}/report",
    access: "rollback.read",
    summary: "The report of a rollback, drafted from its events",
    tag,
    answer: "text/markdown",
    handler: async ({ actor, params }) => reportMarkdown(await getRollbackReport(actor, params.id)),
  }),
  route({
    id: "getPostMortem",
    method: "GET",
    path: "/incidents/{id}/post-mortem",
    access: "incident.read",
    summary: "The post-mortem of an incident, drafted from its events",
    tag,
    answer: "text/markdown",
    handler: async ({ actor, params }) => postMortemMarkdown(await getPostMortem(actor, params.id)),
  }),
];
