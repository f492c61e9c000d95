import { ArrowRight } from "lucide-react";

/** From this version to that one, in tabular mono; either may be long. */
export function VersionWay({ from, to }: { from: string | null; to: string }) {
  return (
    <span className="inline-flex max-w-full min-w-0 flex-wrap items-center gap-x-1.5">
      <span className="figures text-secondary break-all">{from ?? "not known"}</span>
      <ArrowRight aria-hidden className="size-3.5 shrink-0 text-faint" />
      <span className="sr-only">to</span>
      <span className="figures font-strong break-all">{to}</span>
    </span>
  );
}
