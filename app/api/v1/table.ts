import { openapiDocument } from "#lib/web/openapi.ts";
import { route, type Route } from "#lib/web/route.ts";
import { aboutRoutes } from "./about.ts";
import { approvalRoutes } from "./approvals.ts";
import { auditRoutes } from "./audit.ts";
import { dutyRoutes } from "./duties.ts";
import { checklistRoutes } from "./checklists.ts";
import { incidentRoutes } from "./incidents.ts";
import { peopleRoutes } from "./people.ts";
import { playbookRoutes } from "./playbooks.ts";
import { reportRoutes } from "./reports.ts";
import { roleRoutes } from "./roles.ts";
import { rollbackRoutes } from "./rollbacks.ts";
import { secretRoutes } from "./secrets.ts";
import { serviceRoutes } from "./services.ts";
import { signalRoutes } from "./signals.ts";

/** Every endpoint of the API. What is not here does not exist. */
export const routes: readonly Route[] = [
  ...serviceRoutes,
  ...incidentRoutes,
  ...rollbackRoutes,
  ...checklistRoutes,
  ...roleRoutes,
  ...reportRoutes,
  ...approvalRoutes,
  ...signalRoutes,
  ...playbookRoutes,
  ...peopleRoutes,
  ...dutyRoutes,
  ...secretRoutes,
  ...auditRoutes,
  ...aboutRoutes,
  route({
    id: "getOpenapi",
    method: "GET",
    path: "/openapi.json",
    access: "public",
    summary: "This document",
    tag: "about",
    answer: "application/json",
    handler: () => Promise.resolve((document ??= JSON.stringify(openapiDocument(routes)))),
  }),
];

let document: string | undefined;
