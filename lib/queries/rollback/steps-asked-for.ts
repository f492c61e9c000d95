import { z } from "zod";
import type { Tx } from "#lib/platform/db/client.ts";

const Body = z.object({ data: z.object({ key: z.string(), action: z.string().optional() }) });

/** The keys of the steps whose effect was ever asked for: an intent is on record, or a person took the command. */
export async function stepsAskedFor(tx: Tx, rollbackId: string): Promise<Set<string>> {
  const events = await tx.event.findMany({
    where: {
      subjectKind: "rollback",
      subjectId: rollbackId,
      type: { in: ["step.intended", "step.decided_by_person"] },
    },
    select: { type: true, body: true },
  });
  return new Set(
    events.flatMap(({ type, body }) => {
      const { data } = Body.parse(JSON.parse(body));
      return type === "step.intended" || data.action === "run_by_hand" ? [data.key] : [];
    }),
  );
}
