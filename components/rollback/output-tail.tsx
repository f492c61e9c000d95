"use client";

import { useLayoutEffect, useRef } from "react";

/** The last lines of an output in a box of fixed height: it follows the newest line until somebody scrolls up. */
export function OutputTail({ lines, label }: { lines: readonly string[]; label: string }) {
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <pre
      ref={box}
      tabIndex={0}
      aria-label={label}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
      className="h-28 overflow-auto rounded-1 bg-surface-sunken px-2.5 py-1.5 text-12 leading-5 break-words whitespace-pre-wrap text-secondary"
    >
      {lines.length === 0 ? <span className="text-faint">Nothing has come back yet.</span> : lines.join("\n")}
    </pre>
  );
}
