import type { JsonObject } from "#lib/domain/json.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";

type Asked = {
  component: string;
  adapter: string;
  settings: JsonObject;
  secrets: Record<string, string>;
  allow: string[];
  /** Null: it is not registered yet. */
  targetId: string | null;
  /** Null: it follows from a registration. */
  askedBy: string | null;
};

/** Has a worker look at a target. Returns the inspection's id. */
export async function askInspection(tx: Tx, asked: Asked): Promise<string> {
  const { id } = await tx.inspection.create({ data: { id: newId("ins"), ...asked } });
  await enqueueRun(tx, "inspect", id);
  return id;
}
