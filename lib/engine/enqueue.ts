import type { JsonObject } from "#lib/domain/json.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";
import { workflowName } from "#lib/engine/names.ts";

/** What a run does; each kind has a queue of its own, so that looking never waits behind acting. */
export type RunKind = "prepare" | "observe" | "check" | "inspect" | "rollback";

/**
 * Enqueues a durable run inside the caller's transaction: it exists exactly when its cause does. Returns the run's id.
 * A worker starts it within about 0.1 s of the commit.
 */
export async function enqueueRun(
  tx: Tx,
  kind: RunKind,
  subjectId: string,
  input: JsonObject = {},
): Promise<string> {
  const id = newId("run");
  await tx.$queryRaw`
    WITH added AS (INSERT INTO run (id, kind, subject_id) VALUES (${id}, ${kind}, ${subjectId}))
    SELECT dbos.enqueue_workflow(
      workflow_name => ${workflowName}, queue_name => ${kind},
      positional_args => ARRAY[to_json(${id}::text), ${JSON.stringify(input)}::json], workflow_id => ${id})`;
  return id;
}
