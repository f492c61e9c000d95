"use client";

import { clsx } from "clsx";
import { Check, CircleDashed, CircleHelp, Timer, TriangleAlert } from "lucide-react";
import { useNow } from "#components/ui/clock-provider.tsx";
import { formatDuration, formatLimit, toInstant } from "#components/ui/format-time.ts";

export type IncidentClock = {
  key: string;
  /** "Detect", "Decide", "Roll back", "Recover". */
  label: string;
  targetSeconds: number | null;
  /** Null where it has not started. */
  startedAt: string | null;
  finishedAt?: string | null;
  /** Nobody can say: shown hatched, never as met. */
  isUnknown?: boolean;
};

/** Detect · decide · roll back · recover, each against its target. One runs; the rest are done, to come, or not known. */
export function ClockRow({ clocks }: { clocks: readonly IncidentClock[] }) {
  const now = useNow();
  return (
    <ol className="grid grid-cols-2 border-y border-line-soft md:grid-cols-4">
      {clocks.map((clock) => (
        <Clock key={clock.key} clock={clock} now={now} />
      ))}
    </ol>
  );
}

function Clock({ clock, now }: { clock: IncidentClock; now: number | null }) {
  const isUnknown = clock.isUnknown === true;
  const start = isUnknown ? null : toInstant(clock.startedAt);
  const end = toInstant(clock.finishedAt);
  const seconds = start === null ? null : ((end ?? now ?? start) - start) / 1000;
  const isRunning = start !== null && end === null;
  const isOver = seconds !== null && clock.targetSeconds !== null && seconds > clock.targetSeconds;
  const share =
    seconds === null || clock.targetSeconds === null ? 0 : Math.min(1, seconds / clock.targetSeconds);
  const isNear = isRunning && share >= 0.8;
  const Icon = isUnknown
    ? CircleHelp
    : start === null
      ? CircleDashed
      : isOver
        ? TriangleAlert
        : isRunning
          ? Timer
          : Check;
  const word = isUnknown
    ? "not known"
    : start === null
      ? "to come"
      : isOver
        ? isRunning
          ? "over, running"
          : "over"
        : isRunning
          ? "running"
          : "met";
  return (
    <li
      className={clsx(
        "relative grid gap-0.5 px-3 pt-2 pb-3 max-md:odd:pl-0 max-md:nth-[n+3]:border-t md:not-first:border-l md:first:pl-0",
        isUnknown && "hatched",
      )}
      data-running={isRunning || undefined}
    >
      <span className="flex items-center gap-1.5 text-secondary">
        <Icon aria-hidden className={clsx("size-3.5", isOver ? "text-state-danger-text" : "text-faint")} />
        {clock.label}
        <span className="sr-only">: {word}</span>
      </span>
      <span
        className={clsx(
          "figures text-20 whitespace-nowrap",
          isOver
            ? "text-state-danger-text"
            : isNear
              ? "text-state-warn-text"
              : seconds === null
                ? "text-faint"
                : "text-primary",
          isRunning && "font-strong",
        )}
        suppressHydrationWarning
      >
        {seconds === null ? "–" : formatDuration(seconds)}
      </span>
      <span className="text-12 text-faint">
        {clock.targetSeconds === null ? "no target" : `target ${formatLimit(clock.targetSeconds)}`}
        {isOver && <span className="text-state-danger-text">, over</span>}
        {!isOver && end !== null && clock.targetSeconds !== null && ", met"}
      </span>
      <span aria-hidden className="absolute inset-x-0 -bottom-px h-0.5 md:not-first:left-0">
        <span
          className={clsx(
            "block h-full",
            isOver
              ? "bg-state-danger-line"
              : isNear
                ? "bg-state-warn-line"
                : isRunning
                  ? "bg-surface-inverse"
                  : "bg-line-strong",
          )}
          style={{ width: `${share * 100}%` }}
          suppressHydrationWarning
        />
      </span>
    </li>
  );
}
