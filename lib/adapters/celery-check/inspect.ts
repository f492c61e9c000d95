import { ping } from "#lib/adapters/celery-check/executor.ts";
import type { Settings } from "#lib/adapters/celery-check/schema.ts";
import type { AdapterContext, Inspection } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { toolFound } from "#lib/adapters/find-program.ts";

/** Celery's version, and which workers answer now. Throws Fault when they cannot be asked. */
export async function inspect(ctx: AdapterContext<Settings>): Promise<Inspection> {
  const { python, workers } = ctx.settings;
  const tool = await toolFound("python3", python, ["-m", "celery", "--version"], ctx.signal);
  const found = await ping(ctx);
  return {
    tools: [{ ...tool, name: "celery" }],
    evidence: [
      evidence(
        "Workers",
        found.length >= workers,
        `${found.length} of ${workers} answer: ${found.join(", ") || "none"}.`,
      ),
    ],
    current: null,
    history: [],
  };
}
