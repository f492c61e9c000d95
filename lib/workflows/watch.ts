import type { Speaker } from "#lib/commands/step/execution.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Log } from "#lib/platform/log.ts";

export type Seen = {
  /** Someone asked for a pause or an abort. */
  isWanted: boolean;
  /** The limit that governs this step is over. */
  isOver: boolean;
  isFenced: boolean;
};

const everyMs = 250;

/** Looks, while a step takes time, whether people or limits want something of it. Until stopped. */
export function watch(
  speaker: Speaker,
  phase: string,
  log: Log,
  onSeen: (seen: Seen) => void,
): { stop: () => void } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const rows = await db().$queryRaw<
      {
        control: string | null;
        deadline_at: Date | null;
        health_deadline_at: Date | null;
        is_owned: boolean;
      }[]
    >`SELECT r.control, r.deadline_at, r.health_deadline_at,
        EXISTS (SELECT 1 FROM run WHERE run.id = ${speaker.run} AND run.generation = ${speaker.generation}
          AND run.state = 'running') AS is_owned
      FROM rollback r WHERE r.id = ${speaker.rollback}`;
    const row = rows[0];
    if (!row || isStopped) return;
    const deadline =
      phase === "verification" || phase === "completion" ? row.health_deadline_at : row.deadline_at;
    onSeen({
      isWanted: row.control === "pause" || row.control === "abort",
      isOver: deadline !== null && deadline.getTime() <= Date.now(),
      isFenced: !row.is_owned,
    });
  };
  const later = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      void look()
        .catch((error: unknown) => log.debug({ err: error }, "could not look at the rollback"))
        .finally(later);
    }, everyMs);
  };
  later();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
