import { clsx } from "clsx";
import { ChevronDown, ChevronsUp, ChevronUp, Equal, type LucideIcon } from "lucide-react";
import type { Severity } from "#lib/domain/incident.ts";

const severityLook: Record<Severity, { icon: LucideIcon; word: string; look: string }> = {
  P0: { icon: ChevronsUp, word: "Critical", look: "border-ink bg-ink text-inverse" },
  P1: { icon: ChevronUp, word: "High", look: "border-ink text-primary" },
  P2: { icon: Equal, word: "Medium", look: "border-line-strong text-secondary" },
  P3: { icon: ChevronDown, word: "Low", look: "border-line-soft text-faint" },
};

/** A severity as icon, code and word, told by weight: colour is left to the state. `short` leaves the word to screen readers. */
export function SeverityBadge({ severity, short = false }: { severity: Severity; short?: boolean }) {
  const { icon: Icon, word, look } = severityLook[severity];
  return (
    <span
      className={clsx(
        "inline-flex w-fit items-center gap-1 rounded-1 border px-1.5 py-px align-middle text-12 font-strong whitespace-nowrap",
        look,
      )}
    >
      <Icon aria-hidden className="size-3.5" strokeWidth={2.75} />
      <span className="figures font-strong">{severity}</span>
      <span className={clsx("font-medium", short && "sr-only")}>{word}</span>
    </span>
  );
}
