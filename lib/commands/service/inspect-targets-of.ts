import { z } from "zod";
import { askInspection } from "#lib/commands/target/ask-inspection.ts";
import { JsonObject } from "#lib/domain/json.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** Has a worker look at every target of an environment. Returns the inspections' ids. */
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
