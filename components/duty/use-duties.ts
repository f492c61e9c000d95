"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Act } from "#components/action/answer.ts";
import { useAct } from "#components/action/use-act.ts";
import { usePolled } from "#components/console/use-polled.ts";
import { isReaders } from "#components/duty/duty-words.ts";
import type { DutySubject, PassDuty } from "#lib/domain/duty.ts";
import type { DutiesView } from "#lib/domain/duty-view.ts";

export type PassAct = Act<PassDuty & { kind: DutySubject; id: string }>;

type Options = {
  kind: DutySubject;
  id: string;
  initial: DutiesView;
  /** Of the newest event: what happened may have changed who holds what. */
  lastSeq: number;
  pass: PassAct;
};

/** Who holds the duties and who is here, asked again every few seconds and whenever something happened. */
export function useDuties({ kind, id, initial, lastSeq, pass }: Options) {
  const path = kind === "incident" ? `/incidents/${id}/roles` : `/rollbacks/${id}/driver`;
  const cache = useQueryClient();
  const { data } = usePolled<DutiesView>(path, initial, 5);
  const { run, isBusy, problem, clear } = useAct(pass);
  useEffect(() => {
    void cache.invalidateQueries({ queryKey: [path] });
  }, [cache, path, lastSeq]);
  const act = async (did: PassDuty): Promise<boolean> => {
    const answer = await run({ ...did, kind, id });
    await cache.invalidateQueries({ queryKey: [path] });
    return answer.ok;
  };
  return { view: seenByReader(data), act, isBusy, problem, clear };
}

/** Whoever reads this is here, although a page that has just been opened is counted a few seconds later. */
function seenByReader(view: DutiesView): DutiesView {
  const duties = view.duties.map((duty) =>
    duty.vacant === "absent" && isReaders(duty) ? { ...duty, vacant: null } : duty,
  );
  return { ...view, duties };
}

export type Duties = ReturnType<typeof useDuties>;
