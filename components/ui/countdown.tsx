"use client";

import { clsx } from "clsx";
import { useNow } from "#components/ui/clock-provider.tsx";
import { formatDuration, toInstant } from "#components/ui/format-time.ts";

/**
 * The time left until `to`: neutral, then warn within `warnSeconds` (default 60), then danger with `overWord` and how
 * long ago that was. `quiet` keeps it neutral to the end.
 */
export function Countdown({
  to,
  warnSeconds = 60,
  overWord = "over by",
  quiet = false,
}: {
  to: string | number | Date;
  warnSeconds?: number;
  overWord?: string;
  quiet?: boolean;
}) {
  const now = useNow();
  const end = toInstant(to);
  const left = end === null || now === null ? Number.NaN : (end - now) / 1000;
  const isOver = left < 0;
  return (
    <span
      suppressHydrationWarning
      className={clsx(
        "figures inline-block min-w-[8ch] whitespace-nowrap",
        !quiet && isOver && "text-state-danger-text",
        !quiet && !isOver && left <= warnSeconds && "text-state-warn-text",
      )}
    >
      {isOver ? `${overWord} ${formatDuration(-left)}` : formatDuration(Math.ceil(left))}
    </span>
  );
}
