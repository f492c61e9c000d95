"use client";

import { useInBrowser, useNow } from "#components/ui/clock-provider.tsx";
import { formatLocal, formatRelative, formatUtc, toInstant } from "#components/ui/format-time.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";

/** `2 min ago`, with the exact time in UTC and here on hover and focus. */
export function RelativeTime({ at }: { at: string | number | Date | null }) {
  const now = useNow();
  const inBrowser = useInBrowser();
  const instant = toInstant(at);
  if (instant === null) return <span className="text-faint">not known</span>;
  const exact = formatUtc(instant);
  const local = inBrowser ? formatLocal(instant) : null;
  return (
    <Tooltip
      text={
        <span className="figures">
          {exact}
          {local && (
            <>
              <br />
              {`${local.date} ${local.clock} ${local.zone}`}
            </>
          )}
        </span>
      }
    >
      <time
        dateTime={new Date(instant).toISOString()}
        tabIndex={0}
        className="rounded-1 whitespace-nowrap tabular-nums"
      >
        {now === null ? exact : formatRelative(instant, now)}
        <span className="sr-only">{`, ${exact}`}</span>
      </time>
    </Tooltip>
  );
}
