import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { CheckDesired } from "#lib/adapters/check-operations.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { rabbitLengths } from "#lib/adapters/queue-length/rabbit.ts";
import { redisLengths } from "#lib/adapters/queue-length/redis.ts";
import type { Length, Settings } from "#lib/adapters/queue-length/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

/** No more tasks wait than may. A queue that is too long may shrink: a transient fault. */
export const checkQueues = checkExecutor<Settings, CheckDesired>(async (ctx) => {
  const { title, most } = ctx.settings;
  const { total, detail } = told(await lengths(ctx));
  if (total <= most) return [evidence(title, true, `${detail}; at most ${most} may wait.`)];
  throw new Fault(
    "transient",
    "QUEUE_TOO_LONG",
    `${title}: ${detail}; at most ${most} may wait.`,
    "It is counted again within the limit of the step. See whether the workers work.",
  );
});

/** Throws Fault. */
export function lengths(ctx: AdapterContext<Settings>): Promise<Length[]> {
  return ctx.settings.address.startsWith("redis") ? redisLengths(ctx) : rabbitLengths(ctx);
}

export function told(found: readonly Length[]): { total: number; detail: string } {
  const total = found.reduce((sum, { waiting }) => sum + waiting, 0);
  const each = found.map(({ queue, waiting }) => `${queue} ${waiting}`).join(", ");
  return {
    total,
    detail: found.length === 1 ? `${total} wait in ${found[0]?.queue}` : `${total} wait (${each})`,
  };
}
