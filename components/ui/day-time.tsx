"use client";

import { useInBrowser } from "#components/ui/clock-provider.tsx";
import { formatDay, formatLocal, formatUtc, formatUtcClock, toInstant } from "#components/ui/format-time.ts";

/** A moment to the minute, for plans: `Sat 21 Nov 18:00 UTC · 19:00 CET`, the local day too where it is another. */
export function DayTime({ at }: { at: string }) {
  const inBrowser = useInBrowser();
  const instant = toInstant(at);
  if (instant === null) return <span className="text-faint">not known</span>;
  const local = inBrowser ? formatLocal(instant) : null;
  const isSameZone = local !== null && (local.zone === "UTC" || local.zone === "GMT");
  const isSameDay = local?.date === formatUtc(instant).slice(0, 10);
  return (
    <time dateTime={at} title={formatUtc(instant)} className="tabular-nums">
      <span className="whitespace-nowrap">
        {formatDay(instant, "UTC")} {formatUtcClock(instant, false)} UTC
      </span>
      {local !== null && !isSameZone && (
        <span className="whitespace-nowrap text-faint">
          {" · "}
          {!isSameDay && `${formatDay(instant)} `}
          {local.clock.slice(0, 5)} {local.zone}
        </span>
      )}
    </time>
  );
}
