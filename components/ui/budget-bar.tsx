"use client";

import { clsx } from "clsx";
import { readBudget, type BudgetMark } from "#components/ui/budget.ts";
import { useNow } from "#components/ui/clock-provider.tsx";
import { formatDuration, formatLimit, toInstant } from "#components/ui/format-time.ts";

type BudgetBarProps = {
  /** "Rolling back" or "Becoming healthy": what the limit is for. */
  label: string;
  limitSeconds: number;
  /** Null before it starts. */
  startedAt: string | null;
  finishedAt?: string | null;
  /** Seconds that stood still in a pause and do not count. */
  pausedSeconds?: number;
  /** While paused the bar stands still at this moment. */
  pausedAt?: string | null;
  marks?: readonly BudgetMark[];
};

const toneText = {
  neutral: "text-secondary",
  ok: "text-state-ok-text",
  warn: "text-state-warn-text",
  danger: "text-state-danger-text",
};
const toneFill = {
  neutral: "bg-surface-inverse",
  ok: "bg-state-ok-line",
  warn: "bg-state-warn-line",
  danger: "bg-state-danger-line",
};

/** Elapsed against the limit, with a mark where each step is expected to end. It turns only when it matters. */
export function BudgetBar(props: BudgetBarProps) {
  const { label, limitSeconds, startedAt, finishedAt, pausedSeconds = 0, pausedAt, marks = [] } = props;
  const now = useNow();
  const start = toInstant(startedAt);
  const end = toInstant(finishedAt) ?? toInstant(pausedAt) ?? now ?? start;
  const elapsed = start === null || end === null ? 0 : Math.max(0, (end - start) / 1000 - pausedSeconds);
  const reading = readBudget(elapsed, limitSeconds, { marks, isOver: Boolean(finishedAt) });
  const sentence = start === null ? "Not started" : pausedAt ? "Paused: the clock stands" : reading.sentence;
  const next = marks.find((mark) => mark.isDone === false);
  const scale = limitSeconds / reading.limitAt;
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="font-medium">
          {label} <span className={clsx("pl-1", toneText[reading.tone])}>{sentence}</span>
        </p>
        <p className="figures whitespace-nowrap text-secondary" suppressHydrationWarning>
          <span
            className={clsx(
              "inline-block min-w-[9ch] text-right text-16",
              reading.tone === "neutral" ? "text-primary" : toneText[reading.tone],
            )}
            suppressHydrationWarning
          >
            {formatDuration(elapsed)}
          </span>{" "}
          <span className="text-12">of {formatLimit(limitSeconds)}</span>
        </p>
      </div>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={limitSeconds}
        aria-valuenow={Math.min(Math.round(elapsed), limitSeconds)}
        aria-valuetext={`${formatDuration(elapsed)} of ${formatLimit(limitSeconds)}. ${sentence}`}
        className="relative h-5"
      >
        <span className="absolute inset-x-0 top-1.5 h-2 bg-line-faint" />
        <span
          className={clsx("absolute top-1.5 left-0 h-2", toneFill[reading.tone])}
          style={{ width: `${reading.filled * 100}%` }}
          suppressHydrationWarning
        />
        {marks.map((mark) => (
          <span
            key={`${mark.at} ${mark.label}`}
            title={`${mark.label}, expected by ${formatDuration(mark.at)}`}
            className={clsx("absolute top-0 h-5 w-px", mark.isDone ? "bg-surface-ground" : "bg-ink-soft")}
            style={{ left: `${Math.min(100, (mark.at / scale) * 100)}%` }}
          />
        ))}
        <span
          className="absolute top-0 h-5 w-0.5 -translate-x-full bg-ink"
          style={{ left: `${reading.limitAt * 100}%` }}
        />
      </div>
      {next !== undefined && start !== null && !finishedAt && (
        <p className="text-12 text-faint">
          Next: {next.label}, expected by <span className="figures">{formatDuration(next.at)}</span>
        </p>
      )}
      {marks.length > 0 && (
        <ol className="sr-only">
          {marks.map((mark) => (
            <li key={`${mark.at} ${mark.label}`}>
              {mark.label}: expected by {formatDuration(mark.at)}
              {mark.isDone ? ", done" : ""}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
