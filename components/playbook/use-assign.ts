"use client";

import { useCallback, useState } from "react";
import { unreachable, type Act, type Problem } from "#components/action/answer.ts";

type AssignInput = { id: string; changes: { playbook: string } };
export type AssignAct = Act<AssignInput, { id: string }>;

type Progress = { done: string[]; of: number; failed: { id: string; problem: Problem }[] };

/** Gives services a playbook, one after the other; one that is refused does not stop the rest. */
export function useAssign(assign: AssignAct) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const run = useCallback(
    async (ids: readonly string[], playbook: string): Promise<Progress> => {
      setIsBusy(true);
      let now: Progress = { done: [], of: ids.length, failed: [] };
      setProgress(now);
      for (const id of ids) {
        const answer = await assign({ id, changes: { playbook } }, crypto.randomUUID()).catch(() => ({
          ok: false as const,
          problem: unreachable,
        }));
        now = answer.ok
          ? { ...now, done: [...now.done, id] }
          : { ...now, failed: [...now.failed, { id, problem: answer.problem }] };
        setProgress(now);
      }
      setIsBusy(false);
      return now;
    },
    [assign],
  );
  return { run, isBusy, progress };
}
