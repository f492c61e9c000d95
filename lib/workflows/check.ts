import type { Preparation } from "#lib/workflows/load-preparation.ts";
import type { Planning } from "#lib/workflows/plan-targets.ts";

/** What a check saw. `ok` null: it could not be seen, which is not the same as well. */
export type Answer = { ok: boolean | null; evidence: string; advice?: string };

/** Looks, and changes nothing. */
export type Check = (asked: Preparation, planning: Planning) => Answer | Promise<Answer>;
