"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { Act } from "#components/action/answer.ts";
import { useAct } from "#components/action/use-act.ts";
import type { RollbackView } from "#lib/domain/view.ts";

/** An edit that changes nothing: the targets are looked at again and the plan is made anew. */
export type LookAgain = { id: string; changes: Record<string, never> };

/** Has the plan prepared once more, from what the targets show now. */
export function useLookAgain(rollback: RollbackView, edit: Act<LookAgain>) {
  const cache = useQueryClient();
  const { run, isBusy, problem } = useAct(edit);
  const look = () => {
    void run({ id: rollback.id, changes: {} }).then(() =>
      cache.invalidateQueries({ queryKey: [`/rollbacks/${rollback.number}`] }),
    );
  };
  return { look, isBusy: isBusy || rollback.preparing, problem };
}
