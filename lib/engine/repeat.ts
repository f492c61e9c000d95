import type { Log } from "#lib/platform/log.ts";

export type Repeated = { stop: () => Promise<void> };

/** Does `work` again and again, `everyMs` after it ended. What it throws is logged, and the next turn comes all the same. */
export function repeat(everyMs: number, log: Log, work: () => Promise<unknown>): Repeated {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  const later = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      turn = work()
        .then(
          () => undefined,
          (error: unknown) => log.warn({ err: error }, "a periodic task failed; it will run again"),
        )
        .finally(later);
    }, everyMs);
  };
  later();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
