"use client";

import { useNow } from "#components/ui/clock-provider.tsx";
import { formatDuration, toInstant } from "#components/ui/format-time.ts";

/** `4 m 12 s` since `since`, ticking, or between `since` and `until` where it is over. */
export function Elapsed({
  since,
  until,
}: {
  since: string | number | Date;
  until?: string | number | Date | null;
}) {
  const now = useNow();
  const start = toInstant(since);
  const end = toInstant(until) ?? now;
  const seconds = start === null || end === null ? Number.NaN : (end - start) / 1000;
  return (
    <span className="figures inline-block min-w-[8ch] whitespace-nowrap" suppressHydrationWarning>
      {formatDuration(seconds)}
    </span>
  );
}
