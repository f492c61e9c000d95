"use client";

import { useCallback, useRef, useState } from "react";
import { unreachable, type Act, type Answer, type Problem } from "#components/action/answer.ts";

/** Runs an action from a form: busy while it runs, the problem when it was refused, and one key until it succeeds. */
export function useAct<I, R>(act: Act<I, R>) {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const key = useRef<string | null>(null);
  const running = useRef(false);
  const run = useCallback(
    async (input: I): Promise<Answer<R>> => {
      if (running.current) return { ok: false, problem: unreachable };
      running.current = true;
      setIsBusy(true);
      setProblem(null);
      key.current ??= crypto.randomUUID();
      const answer = await act(input, key.current).catch((): Answer<R> => ({
        ok: false,
        problem: unreachable,
      }));
      if (answer.ok) key.current = null;
      else setProblem(answer.problem);
      running.current = false;
      setIsBusy(false);
      return answer;
    },
    [act],
  );
  return { run, isBusy, problem, clear: useCallback(() => setProblem(null), []) };
}
