import { clsx } from "clsx";
import type { ReactNode } from "react";
import { toneLook, type Tone } from "#components/ui/tone.ts";

export type Figure = { label: string; value: ReactNode; hint?: ReactNode; tone?: Tone };

/** A row of what matters, each one large: risk, data loss, time. */
export function FigureStrip({ figures, label }: { figures: readonly Figure[]; label: string }) {
  return (
    <dl aria-label={label} className="grid grid-cols-2 border-y border-line-soft lg:grid-cols-4">
      {figures.map((figure) => (
        <div
          key={figure.label}
          className={clsx(
            "grid content-start gap-0.5 px-3 pt-2 pb-3 max-lg:odd:pl-0 max-lg:nth-[n+3]:border-t",
            "max-lg:even:border-l lg:not-first:border-l lg:first:pl-0",
          )}
        >
          <dt className="text-secondary">{figure.label}</dt>
          <dd className={clsx("text-20 font-strong break-words", figure.tone && toneLook[figure.tone].text)}>
            {figure.value}
          </dd>
          {figure.hint && <dd className="text-12 text-faint">{figure.hint}</dd>}
        </div>
      ))}
    </dl>
  );
}
