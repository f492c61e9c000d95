import type { Adapter } from "#lib/adapters/contract.ts";

/** What workflows reach the world with. */
export type Tools = {
  /** Throws Fault `permanent` for an id that no adapter has. */
  adapterOf: (id: string) => Adapter;
};
