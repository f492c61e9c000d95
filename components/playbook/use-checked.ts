"use client";

import { useEffect, useRef, useState } from "react";
import { checkText, type Checked } from "#components/playbook/check-text.ts";

/** Nobody is asked while somebody types, nor more often than the server bears for long. */
const settleMs = 600;
const betweenMs = 2000;

/** Whether a text would be accepted, asked again whenever it has changed. `isCurrent`: about the text as it stands. */
export function useChecked(text: string): { checked: Checked | null; isCurrent: boolean } {
  const [answer, setAnswer] = useState<{ text: string; checked: Checked } | null>(null);
  const [round, setRound] = useState(0);
  const askedAt = useRef(0);
  useEffect(() => {
    const ending = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    const wait = Math.max(settleMs, askedAt.current + betweenMs - Date.now());
    const timer = setTimeout(() => {
      askedAt.current = Date.now();
      checkText(text, ending.signal).then(
        (checked) => {
          setAnswer({ text, checked });
          if (checked.state === "unknown") {
            again = setTimeout(() => setRound((before) => before + 1), checked.again);
          }
        },
        () => {
          // The text has changed since, or the page was left: another answer is on its way or nobody waits.
        },
      );
    }, wait);
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
      ending.abort();
    };
  }, [text, round]);
  return { checked: answer?.checked ?? null, isCurrent: answer?.text === text };
}
