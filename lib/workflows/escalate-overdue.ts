import { moveToManual } from "#lib/commands/rollback/move-to-manual.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { db } from "#lib/platform/db/client.ts";
import { worker } from "#lib/workflows/actor.ts";
import { eachApart } from "#lib/workflows/each-apart.ts";

/** Whoever executes a rollback notices its limit first; this is for those that nobody executes. Seconds. */
const grace = 2;

/** Asks people about every rollback that no live worker executes and whose limit is over, or which has no run left. */
export async function escalateOverdue(): Promise<void> {
  const overdue = await db().$queryRaw<{ id: string; state: string; has_run: boolean }[]>`
    SELECT * FROM (
      SELECT r.id, r.state,
        EXISTS (SELECT 1 FROM run WHERE run.kind = 'rollback' AND run.subject_id = r.id
          AND run.state IN ('queued', 'running')) AS has_run,
        EXISTS (SELECT 1 FROM run JOIN worker ON worker.id = run.worker_id AND worker.lease_until > now()
          WHERE run.kind = 'rollback' AND run.subject_id = r.id AND run.state = 'running') AS is_live,
        coalesce(CASE r.state WHEN 'running' THEN r.deadline_at WHEN 'verifying' THEN r.health_deadline_at END
          < now() - make_interval(secs => ${grace}::double precision), false) AS is_over
      FROM rollback r WHERE r.state IN ('running', 'verifying', 'monitoring')
    ) AS executing WHERE NOT is_live AND (is_over OR NOT has_run)`;
  await eachApart(overdue, async ({ id, state, has_run: hasRun }) => {
    const limit = state === "verifying" ? "being healthy again" : "this rollback";
    const message = hasRun
      ? `The limit for ${limit} passed while no worker carried it on.`
      : "Its execution ended without an outcome.";
    const advice = "Run the remaining commands by hand, or resume with a fresh limit.";
    try {
      await moveToManual(worker, {
        id,
        run: null,
        reason: message,
        fault: { kind: "permanent", code: hasRun ? "LIMIT_REACHED" : "BROKEN", message, advice },
      });
    } catch (error) {
      // Another worker was first, or someone carries it on after all.
      if (!(error instanceof Refusal && error.code === "WRONG_STATE")) throw error;
    }
  });
}
