import { clsx } from "clsx";
import type { ReactNode } from "react";
import { toneLook, type Tone } from "#components/ui/tone.ts";

/** How things stand, in one large sentence that a glance takes in. */
export function WorldLine({ tone, word, children }: { tone: Tone; word: string; children?: ReactNode }) {
  const look = toneLook[tone];
  return (
    <div className={clsx("border-l-4 py-1 pl-4 sm:pl-5", look.line)}>
      <p
        className={clsx("text-28 font-strong text-balance", tone === "neutral" ? "text-primary" : look.text)}
      >
        {word}.
      </p>
      {children && <div className="max-w-2xl pt-1 text-16 text-secondary">{children}</div>}
    </div>
  );
}
