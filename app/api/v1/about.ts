import { z } from "zod";
import { listAdapters } from "#lib/queries/adapter/list.ts";
import { rollbackMetrics } from "#lib/queries/metrics/rollback.ts";
import { statusSnapshot } from "#lib/queries/status/snapshot.ts";
import { Adapter, RollbackMetrics, Status } from "#lib/web/answers/about.ts";
import { list } from "#lib/web/answers/common.ts";
import { remembered } from "#lib/web/remembered.ts";
import { route } from "#lib/web/route.ts";

const status = remembered(() => statusSnapshot(new Date()), 2000);

export const aboutRoutes = [
  route({
    id: "listAdapters",
    method: "GET",
    path: "/adapters",
    access: "adapter.read",
    summary:
      "What can be rolled back: adapters, their settings and operations as JSON Schema, and how each was proved",
    tag: "adapters",
    answer: list(Adapter),
    handler: ({ actor }) => listAdapters(actor),
  }),
  route({
    id: "getRollbackMetrics",
    method: "GET",
    path: "/metrics/rollback",
    access: "rollback.read",
    summary: "How long rollbacks took and how they ended, drills left out",
    tag: "metrics",
    query: z.object({ days: z.coerce.number().int().min(1).max(3660).default(90) }),
    answer: RollbackMetrics,
    handler: ({ actor, query }) => rollbackMetrics(actor, query.days, new Date()),
  }),
  route({
    id: "getStatus",
    method: "GET",
    path: "/status",
    access: "public",
    summary: "What stakeholders read; the status page itself is served by a process of its own",
    tag: "status",
    answer: Status,
    handler: () => status(),
  }),
];
