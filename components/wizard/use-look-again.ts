"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { Act } from "#components/action/answer.ts";
import { useAct } from "#components/action/use-act.ts";
import type { RecheckInput } from "#components/wizard/tick-input.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** Has the automatic checks run once more; where there is no plan, that makes one. */
export function useLookAgain(rollback: RollbackView, recheck: Act<RecheckInput>) {
  const cache = useQueryClient();
  const { run, isBusy, problem } = useAct(recheck);
  const look = () => {
    void run({ id: rollback.id }).then(() =>
      cache.invalidateQueries({ queryKey: [`/rollbacks/${rollback.number}`] }),
    );
  };
  return { look, isBusy: isBusy || rollback.preparing, problem };
}
