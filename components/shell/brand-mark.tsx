import { clsx } from "clsx";
import { toneLook, type Tone } from "#components/ui/tone.ts";

/** The ladder: the lowest rung is solid, in the colour that the world has now. */
export function BrandMark({ tone = "neutral", className }: { tone?: Tone; className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 24 24" className={clsx("size-7", className)}>
      <path d="M7 2v20M17 2v20" className="stroke-line-strong" strokeWidth="1.25" />
      <path d="M7 6.5h10M7 12h10" className="stroke-ink-soft" strokeWidth="1.25" />
      <path d="M4.5 18h15" stroke="currentColor" strokeWidth="3.5" className={toneLook[tone].solid} />
    </svg>
  );
}
