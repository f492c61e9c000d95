import { Refusal } from "#lib/domain/errors.ts";
import type { RollbackState } from "#lib/domain/rollback.ts";

/** Throws WRONG_STATE unless the rollback is in one of these states. */
export function requireState(state: RollbackState, allowed: readonly RollbackState[], what: string): void {
  if (allowed.includes(state)) return;
  throw new Refusal(
    "WRONG_STATE",
    `${what} while the rollback is ${state.replaceAll("_", " ")}. Nothing was changed.`,
    {
      extra: { state },
    },
  );
}
