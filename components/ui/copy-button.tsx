"use client";

import { Check, Copy, X } from "lucide-react";
import { useEffect, useState } from "react";

/** Copies `text`; says "Copied" for two seconds, or that the browser refused. `what` names it to screen readers. */
export function CopyButton({
  text,
  what,
  showWord = false,
}: {
  text: string;
  what: string;
  showWord?: boolean;
}) {
  const [result, setResult] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), 2000);
    return () => clearTimeout(timer);
  }, [result]);
  const Icon = result === "copied" ? Check : result === "refused" ? X : Copy;
  return (
    <button
      type="button"
      aria-label={`Copy ${what}`}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setResult("copied"),
          () => setResult("refused"),
        );
      }}
      className="inline-flex min-h-7 min-w-7 shrink-0 items-center justify-center gap-1.5 rounded-1 px-1.5 text-12 text-faint hover:bg-surface-hover hover:text-primary pointer-coarse:min-h-11 pointer-coarse:min-w-11"
    >
      <Icon aria-hidden className="size-3.5" />
      {showWord && (
        <span aria-hidden>{result === "copied" ? "Copied" : result === "refused" ? "Refused" : "Copy"}</span>
      )}
      <span role="status" className="sr-only">
        {result === "copied" ? "Copied" : result === "refused" ? "The browser did not allow copying" : ""}
      </span>
    </button>
  );
}
