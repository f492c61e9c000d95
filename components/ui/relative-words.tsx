"use client";

import { useNow } from "#components/ui/clock-provider.tsx";
import { formatRelative, formatUtc, toInstant } from "#components/ui/format-time.ts";

/** `2 min ago` as bare words, for places that cannot take the focus. Prefer RelativeTime. */
export function RelativeWords({ at }: { at: string | number | Date }) {
  const now = useNow();
  const instant = toInstant(at);
  if (instant === null) return <>not known</>;
  return (
    <time dateTime={new Date(instant).toISOString()} className="tabular-nums">
      {now === null ? formatUtc(instant) : formatRelative(instant, now)}
    </time>
  );
}
