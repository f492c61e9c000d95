"use client";

import { useInBrowser, useNow } from "#components/ui/clock-provider.tsx";
import { formatDay, formatLocal, formatUtc, toInstant } from "#components/ui/format-time.ts";

/** `On call until 08:00`, in one's own time, with the day where that is not today; nothing once it is over. */
export function OnCallMark({ until }: { until: string | null }) {
  const now = useNow();
  const inBrowser = useInBrowser();
  const instant = toInstant(until);
  if (instant === null || now === null || instant <= now) return null;
  const zone = inBrowser ? undefined : "UTC";
  const [end, today] = [formatLocal(instant, zone), formatLocal(now, zone)];
  const clock = end.clock.slice(0, 5);
  return (
    <span
      className="whitespace-nowrap text-state-info-text"
      title={formatUtc(instant)}
      suppressHydrationWarning
    >
      On call until {end.date === today.date ? clock : `${formatDay(instant, zone)} ${clock}`}
    </span>
  );
}
