import { z } from "zod";
import { askInspection } from "#lib/commands/target/ask-inspection.ts";
import { JsonObject } from "#lib/domain/json.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** A look that was asked for so lately is about to happen, or happens. */
const soonMs = 60_000;

/** Has a worker look at every target of an environment, unless it is about to. Returns the inspections' ids. */
export async function inspectTargetsOf(
  tx: Tx,
  environmentId: string,
  askedBy: string | null,
): Promise<string[]> {
  const environment = await tx.environment.findUniqueOrThrow({
    where: { id: environmentId },
    include: { targets: { orderBy: { sort: "asc" } } },
  });
  const ids: string[] = [];
  for (const { id, component, adapter, settings, secrets } of environment.targets) {
    const asked = await tx.inspection.findFirst({
      where: { targetId: id, endedAt: null, createdAt: { gt: new Date(Date.now() - soonMs) } },
      select: { id: true },
    });
    if (asked !== null) {
      ids.push(asked.id);
      continue;
    }
    ids.push(
      await askInspection(tx, {
        component,
        adapter,
        settings: JsonObject.parse(settings),
        secrets: z.record(z.string(), z.string()).parse(secrets),
        allow: environment.allow,
        targetId: id,
        askedBy,
      }),
    );
  }
  return ids;
}
