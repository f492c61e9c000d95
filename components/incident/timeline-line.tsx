import { clsx } from "clsx";
import { Cog, User } from "lucide-react";
import type { TimelineEntry } from "#components/incident/timeline-entries.ts";
import { ExactTime } from "#components/ui/exact-time.tsx";
import { formatUtc, formatUtcClock } from "#components/ui/format-time.ts";
import { toneLook } from "#components/ui/tone.ts";

type TimelineLineProps = {
  entry: TimelineEntry;
  isNewDay: boolean;
  isFirst: boolean;
  onCorrect?: (entry: TimelineEntry) => void;
};

/** One line of the story: when, what, by whom; corrections beneath. */
export function TimelineLine({ entry, isNewDay, isFirst, onCorrect }: TimelineLineProps) {
  const { tone, isPerson, by, text, detail, weight, corrections, writtenAt } = entry;
  const isCorrected = corrections.length > 0;
  const Icon = isPerson ? User : Cog;
  return (
    <>
      {isNewDay && (
        <li className={clsx("pb-1 text-12 text-faint", !isFirst && "pt-4")}>
          {formatUtc(Date.parse(entry.at)).slice(0, 10)}, times in UTC
        </li>
      )}
      <li
        data-seq={entry.seq}
        className={clsx(
          "relative grid sm:grid-cols-[4rem_1.25rem_minmax(0,1fr)_auto] grid-cols-[4rem_1.25rem_minmax(0,1fr)] gap-x-2 border-b border-line-faint py-2",
        )}
      >
        {tone && <span aria-hidden className={clsx("absolute inset-y-0 -left-3 w-1", toneLook[tone].fill)} />}
        <time dateTime={entry.at} className="figures text-12 leading-6 text-secondary">
          {formatUtcClock(Date.parse(entry.at))}
        </time>
        <Icon
          aria-label={isPerson ? "Person" : "Machine"}
          className={clsx("mt-1 size-4", isPerson ? "text-primary" : "text-faint")}
          strokeWidth={isPerson ? 2.25 : 1.75}
        />
        <div className="min-w-0">
          <p
            className={clsx(
              "leading-6 break-words",
              weight === "strong" && "text-16 font-strong",
              weight === "faint" && "text-secondary",
              isCorrected && "text-secondary line-through decoration-1",
            )}
          >
            {text}
          </p>
          {detail && <p className="max-w-2xl break-words whitespace-pre-wrap text-secondary">{detail}</p>}
          {corrections.map((one) => (
            <p key={one.at} className="mt-1 border-l-2 border-line-strong pl-2 break-words">
              {one.text}{" "}
              <span className="text-12 text-faint">
                corrected by {one.by} at <ExactTime at={one.at} />
              </span>
            </p>
          ))}
        </div>
        <p className="text-12 leading-6 text-faint max-sm:col-start-3 sm:text-right">
          {by}
          {writtenAt && (
            <span className="block leading-4">written down at {formatUtcClock(Date.parse(writtenAt))}</span>
          )}
          {onCorrect && isPerson && (
            <button
              type="button"
              onClick={() => onCorrect(entry)}
              aria-label={`Correct: ${text}`}
              className="link ml-2 text-secondary pointer-coarse:py-3"
            >
              Correct
            </button>
          )}
        </p>
      </li>
    </>
  );
}
