"use client";

import { useInBrowser, useNow } from "#components/ui/clock-provider.tsx";
import { formatLocal, formatUtcClock } from "#components/ui/format-time.ts";

/** What time it is, in UTC and here. Both keep their width from the first byte on. */
export function WorldClock() {
  const now = useNow();
  const inBrowser = useInBrowser();
  const local = now !== null && inBrowser ? formatLocal(now) : null;
  const isSame = local !== null && local.zone === "UTC";
  return (
    <span
      className="figures flex flex-col items-end text-12 leading-4 max-md:flex-row max-md:gap-2 whitespace-nowrap"
      suppressHydrationWarning
    >
      <span className="text-primary">
        <span className="inline-block min-w-[8ch] text-right" suppressHydrationWarning>
          {now === null ? "--:--:--" : formatUtcClock(now)}
        </span>{" "}
        UTC
      </span>
      <span className="text-faint">
        {local === null ? (
          <span className="invisible">00:00 here</span>
        ) : isSame ? (
          "here too"
        ) : (
          `${local.clock.slice(0, 5)} ${local.zone}`
        )}
      </span>
    </span>
  );
}
