import type { ProcedureHistory } from "#lib/domain/build-plan-input.ts";
import { procedureHistory, type PastRun } from "#lib/domain/procedure-history.ts";
import type { Tx } from "#lib/platform/db/client.ts";

const mostRuns = 100;

/**
 * How long this procedure took for this service before, from the start to the last step: the newest hundred that
 * succeeded, drills and those that moved other services too left out. Down: from the first step that
 * stopped the service to the last that brought it back, where its plan tells of every step. Null where there was none.
 */
export async function readProcedureHistory(
  tx: Tx,
  asked: { service: string; playbook: string; procedure: string },
): Promise<ProcedureHistory | null> {
  const rows = await tx.$queryRaw<PastRun[]>`
    SELECT EXTRACT(EPOCH FROM coalesce(last.ended_at, r.ended_at) - r.started_at)::float8 AS seconds, noticed.down
    FROM rollback r
    LEFT JOIN LATERAL (SELECT max(step.ended_at) AS ended_at FROM step WHERE step.rollback_id = r.id) last ON true
    LEFT JOIN LATERAL (
      SELECT CASE WHEN count(*) = 0 OR bool_or(planned->>'serving' IS NULL) THEN NULL ELSE greatest(0, coalesce(EXTRACT(EPOCH FROM
        max(step.ended_at) FILTER (WHERE planned->>'serving' IN ('resumes', 'interrupts')) -
        min(step.started_at) FILTER (WHERE planned->>'serving' IN ('stops', 'interrupts'))), 0)) END::float8 AS down
      FROM jsonb_path_query(r.plan::jsonb, '$.phases[*].steps[*] ? (@.mutating == true)') planned
      JOIN step ON step.rollback_id = r.id AND step.key = planned->>'key') noticed ON true
    WHERE r.service_id = ${asked.service} AND r.playbook_id = ${asked.playbook} AND r.procedure = ${asked.procedure}
      AND r.state = 'succeeded' AND NOT r.drill AND r.started_at IS NOT NULL AND r.ended_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM rollback_member m WHERE m.rollback_id = r.id AND m.position > 0)
    ORDER BY r.ended_at DESC LIMIT ${mostRuns}`;
  return procedureHistory(rows);
}
