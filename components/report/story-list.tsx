import { formatUtc } from "#components/ui/format-time.ts";
import type { TimelineEntry } from "#lib/domain/report.ts";

/** The timeline of a report, oldest first. */
export function StoryList({ timeline }: { timeline: readonly TimelineEntry[] }) {
  if (timeline.length === 0) return <p className="text-secondary">Nothing is recorded.</p>;
  return (
    <ol aria-label="Timeline">
      {timeline.map((entry) => (
        <li
          key={entry.seq}
          className="grid gap-x-4 border-b border-line-faint py-row sm:grid-cols-[11.5rem_minmax(0,1fr)_10rem]"
        >
          <time dateTime={entry.at} className="figures text-12 leading-5 whitespace-nowrap text-secondary">
            {formatUtc(Date.parse(entry.at))}
          </time>
          <span className="min-w-0 break-words whitespace-pre-wrap">{entry.text}</span>
          <span className="text-12 leading-5 text-faint sm:text-right">{entry.by}</span>
        </li>
      ))}
    </ol>
  );
}
