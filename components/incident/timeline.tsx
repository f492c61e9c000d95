"use client";

import { useMemo, useState, type ReactNode } from "react";
import { TimelineLine } from "#components/incident/timeline-line.tsx";
import {
  timelineEntries,
  type TimelineEntry,
  type TimelineFilter,
} from "#components/incident/timeline-entries.ts";
import { useHeldEvents } from "#components/incident/use-held-events.ts";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { NewItems } from "#components/ui/new-items.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Section } from "#components/ui/section.tsx";
import type { StreamEvent } from "#lib/domain/event.ts";

type TimelineProps = {
  events: readonly StreamEvent[];
  title?: string;
  /** Above the list: adding a line. */
  children?: ReactNode;
  onCorrect?: (entry: TimelineEntry) => void;
  /** Older events are left out here. */
  isCut?: boolean;
};

const whoChoices = [
  { value: "all", label: "All" },
  { value: "people", label: "People" },
  { value: "machine", label: "Machine" },
];

/** What happened, newest first: machine and people in one list. New lines wait while somebody reads. */
export function Timeline({ events, title = "Timeline", children, onCorrect, isCut = false }: TimelineProps) {
  const [filter, setFilter] = useState<TimelineFilter>({ who: "all", withDetails: false });
  const { shown, held, show, endRef, hold } = useHeldEvents(events);
  const entries = useMemo(() => timelineEntries(shown, filter), [shown, filter]);
  const waiting = useMemo(() => timelineEntries(held, filter).length, [held, filter]);
  return (
    <Section
      title={title}
      aside={
        <div className="flex flex-wrap items-center gap-x-4">
          <RadioGroup
            row
            label="Whose lines"
            choices={whoChoices}
            value={filter.who}
            onValueChange={(who) => setFilter({ ...filter, who: readWho(who) })}
          />
          <Checkbox
            label="Every detail"
            checked={filter.withDetails}
            onCheckedChange={(withDetails) => setFilter({ ...filter, withDetails })}
          />
        </div>
      }
    >
      {children}
      <div ref={endRef} />
      <NewItems count={waiting} onShow={show} />
      {entries.length === 0 ? (
        <p className="py-3 text-secondary">Nothing of this kind has happened.</p>
      ) : (
        <ol aria-label={title} {...hold}>
          {entries.map((entry, index) => (
            <TimelineLine
              key={entry.seq}
              entry={entry}
              isNewDay={entry.at.slice(0, 10) !== entries[index - 1]?.at.slice(0, 10)}
              isFirst={index === 0}
              {...(onCorrect ? { onCorrect } : {})}
            />
          ))}
        </ol>
      )}
      {isCut && <p className="pt-3 text-secondary">Earlier lines stand in the record and in the report.</p>}
    </Section>
  );
}

function readWho(text: string): TimelineFilter["who"] {
  return text === "people" || text === "machine" ? text : "all";
}
