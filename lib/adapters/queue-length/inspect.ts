import type { AdapterContext, Inspection } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { lengths, told } from "#lib/adapters/queue-length/executor.ts";
import type { Settings } from "#lib/adapters/queue-length/schema.ts";

/** How many wait now. Throws Fault when they cannot be counted. */
export async function inspect(ctx: AdapterContext<Settings>): Promise<Inspection> {
  const { total, detail } = told(await lengths(ctx));
  const { most } = ctx.settings;
  return {
    tools: [],
    evidence: [evidence("Queues", total <= most, `${detail}; at most ${most} may wait.`)],
    current: null,
    history: [],
  };
}
