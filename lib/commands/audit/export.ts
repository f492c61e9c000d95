import { z } from "zod";
import { command, nowhere } from "#lib/commands/command.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { exportLines } from "#lib/queries/audit/export-lines.ts";

const ExportAudit = z.strictObject({ as: z.enum(["file", "download"]).default("download") });

/**
 * Gives the whole record as lines of JSON that `lastgood audit verify FILE` checks without any database. That it was
 * exported, and by whom, is the last thing in it or near it. Throws FORBIDDEN.
 */
export async function exportAudit(
  actor: Actor,
  raw: z.input<typeof ExportAudit> = {},
): Promise<AsyncGenerator<string>> {
  await recordExport(actor, raw);
  return exportLines();
}

const recordExport = command({
  name: "audit.export",
  input: ExportAudit,
  load: nowhere,
  run: ({ input }) =>
    Promise.resolve({
      result: null,
      events: [{ type: "audit.exported", subject: { kind: "audit", id: "record" }, data: { as: input.as } }],
    }),
});
