"use client";

import { clsx } from "clsx";
import { useInBrowser } from "#components/ui/clock-provider.tsx";
import { formatLocal, formatUtc, formatUtcClock, toInstant } from "#components/ui/format-time.ts";

/** A fixed moment as `03:42:10 UTC · 04:42:10 CET`; `form="date"` puts the day before it. */
export function ExactTime({
  at,
  form = "clock",
}: {
  at: string | number | Date | null;
  form?: "clock" | "date";
}) {
  const inBrowser = useInBrowser();
  const instant = toInstant(at);
  if (instant === null) return <span className="text-faint">not known</span>;
  const local = inBrowser ? formatLocal(instant) : null;
  const same = local !== null && (local.zone === "UTC" || local.zone === "GMT");
  return (
    <time dateTime={new Date(instant).toISOString()} className="figures">
      <span className="whitespace-nowrap">
        {form === "date" ? formatUtc(instant) : `${formatUtcClock(instant)} UTC`}
        {!same && <span className="text-faint"> ·</span>}
      </span>
      {!same && (
        <>
          {" "}
          <span className={clsx("whitespace-nowrap text-faint", local === null && "invisible")}>
            {local ? `${local.clock} ${local.zone}` : "00:00:00 ZONE"}
          </span>
        </>
      )}
    </time>
  );
}
