"use client";

import { useLayoutEffect, useRef } from "react";

type OutputTailProps = { command: string; lines: readonly string[]; label: string };

/** A command and the last lines that came back, in a box of fixed height that follows them until somebody scrolls up. */
export function OutputTail({ command, lines, label }: OutputTailProps) {
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
      <code className="text-primary">{command}</code>
      {"\n"}
      {lines.length === 0 ? <span className="text-faint">Nothing has come back yet.</span> : lines.join("\n")}
    </pre>
  );
}
