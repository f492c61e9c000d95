import type { AnyAdapter } from "#lib/adapters/contract.ts";

/** What workflows reach the world with. */
export type Tools = { adapterById: (id: string) => AnyAdapter | undefined };
