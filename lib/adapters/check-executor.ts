import type { AdapterContext, Evidence, Executor } from "#lib/adapters/contract.ts";

/** The executor of an operation that only looks: nothing to converge, nothing to drift, nothing to stop. */
export function checkExecutor<Settings, Desired>(
  verify: (ctx: AdapterContext<Settings>, desired: Desired) => Promise<Evidence[]>,
): Executor<Settings, Desired, null> {
  return {
    observe: () => Promise.resolve(null),
    stable: () => null,
    isDone: () => true,
    apply: () =>
      Promise.resolve({ changed: false, summary: "There is nothing to change: this step looks.", data: {} }),
    verify,
  };
}
