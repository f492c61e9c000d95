import { z } from "zod";
import { exportAudit } from "#lib/commands/audit/export.ts";
import { searchAudit } from "#lib/queries/audit/search.ts";
import { verifyAudit } from "#lib/queries/audit/verify.ts";
import { AuditEntry, AuditVerification } from "#lib/web/answers/audit.ts";
import { list, Page } from "#lib/web/answers/common.ts";
import { route } from "#lib/web/route.ts";

const tag = "audit";
const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const auditRoutes = [
  route({
    id: "searchAudit",
    method: "GET",
    path: "/audit",
    access: "audit.read",
    summary: "The record: newest first, or what follows a position",
    tag,
    query: Page.extend({
      after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
      actor: z.string().max(254).optional(),
      subject: z.string().max(200).optional(),
      type: z.string().max(100).optional(),
      from: Moment.optional(),
      to: Moment.optional(),
    }),
    answer: list(AuditEntry),
    handler: ({ actor, query }) => searchAudit(actor, query),
  }),
  route({
    id: "verifyAudit",
    method: "GET",
    path: "/audit/verify",
    access: "audit.read",
    summary: "Check the whole record against itself and against the signed checkpoints outside the database",
    tag,
    answer: AuditVerification,
    handler: ({ actor }) => verifyAudit(actor),
  }),
  route({
    id: "exportAudit",
    method: "GET",
    path: "/audit/export",
    access: "audit.export",
    summary: "The whole record as lines of JSON, signed at its end; the export itself is recorded",
    tag,
    answer: "application/x-ndjson",
    handler: ({ actor }) => exportAudit(actor),
  }),
];
