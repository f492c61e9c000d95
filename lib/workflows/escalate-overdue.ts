import { moveToManual } from "#lib/commands/rollback/move-to-manual.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { worker } from "#lib/workflows/actor.ts";

/** Whoever executes a rollback notices its limit first; this is for those that nobody executes. Seconds. */
const grace = 2;

/** Asks people about every rollback whose limit is over while no live worker executes it. */
export async function escalateOverdue(): Promise<void> {
  const overdue = await db().$queryRaw<{ id: string; state: string }[]>`
    SELECT r.id, r.state FROM rollback r
    WHERE (r.state = 'running' AND r.deadline_at < now() - make_interval(secs => ${grace}::double precision)
        OR r.state = 'verifying' AND r.health_deadline_at < now() - make_interval(secs => ${grace}::double precision))
      AND NOT EXISTS (
        SELECT 1 FROM run JOIN worker ON worker.id = run.worker_id AND worker.lease_until > now()
        WHERE run.kind = 'rollback' AND run.subject_id = r.id AND run.state = 'running')`;
  for (const { id, state } of overdue) {
    const limit = state === "verifying" ? "being healthy again" : "this rollback";
    const message = `The limit for ${limit} passed while no worker carried it on.`;
    const advice = "Run the remaining commands by hand, or resume with a fresh limit.";
    try {
      await moveToManual(worker, {
        id,
        run: null,
        reason: message,
        fault: { kind: "permanent", code: "LIMIT_REACHED", message, advice },
      });
    } catch (error) {
      // Another worker was first, or someone carries it on after all.
      if (!(error instanceof Refusal && error.code === "WRONG_STATE")) throw error;
    }
  }
}
