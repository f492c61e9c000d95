import type { Act } from "#components/action/answer.ts";
import type { RecheckInput, TickInput } from "#components/wizard/tick-input.ts";

/** What can be done with the items of a checklist; each is a server action. */
export type CheckActs = { tick: Act<TickInput>; recheck: Act<RecheckInput> };
