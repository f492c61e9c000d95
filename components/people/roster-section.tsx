"use client";

import type { RosterView, ShiftView } from "#components/people/people-data.ts";
import { ShiftTimeline } from "#components/people/shift-timeline.tsx";
import { overlapsOf } from "#components/people/shift-lanes.ts";
import { Button } from "#components/ui/button.tsx";
import { DayTime } from "#components/ui/day-time.tsx";
import { Section } from "#components/ui/section.tsx";

type RosterSectionProps = { roster: RosterView; from: string; onEnd: (shift: ShiftView) => void };

/** One system: who is on call now, who is next, the two weeks as a line, and every shift with its exact times. */
export function RosterSection({ roster, from, onEnd }: RosterSectionProps) {
  const { system, shifts, mayAssign } = roster;
  return (
    <Section title={system === "*" ? "Every system" : system}>
      <div className="grid gap-3">
        <NowLine roster={roster} />
        <ShiftTimeline shifts={shifts} from={from} />
        <ul>
          {shifts.map((shift) => {
            const overlaps = overlapsOf(shift, shifts).map((one) => one.person.name);
            const hasBegun = shift.startsAt <= from;
            return (
              <li
                key={shift.id}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line-faint py-row"
              >
                <span className="min-w-0 grow basis-64">
                  <span className="font-medium break-words">{shift.person.name}</span>
                  {hasBegun && <span className="text-state-ok-text"> now</span>}
                  <span className="flex flex-wrap gap-x-1.5 text-secondary">
                    <span>
                      from <DayTime at={shift.startsAt} />
                    </span>
                    <span>
                      until <DayTime at={shift.endsAt} />
                    </span>
                  </span>
                  {overlaps.length > 0 && (
                    <span className="block text-12 break-words text-faint">
                      At the same time as {overlaps.join(", ")}
                    </span>
                  )}
                </span>
                {mayAssign && (
                  <Button
                    aria-label={`${hasBegun ? "End early" : "Take off"}: ${shift.person.name}`}
                    onClick={() => onEnd(shift)}
                  >
                    {hasBegun ? "End early" : "Take off"}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </Section>
  );
}

function NowLine({ roster: { system, now, next } }: { roster: RosterView }) {
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1">
      {now.length === 0 ? (
        <span className={system === "*" ? "text-secondary" : "text-state-warn-text"}>
          Nobody is on call {system === "*" ? "for every system " : ""}now.
        </span>
      ) : (
        now.map((shift) => (
          <span key={shift.id} className="min-w-0 break-words">
            Now <span className="font-strong">{shift.person.name}</span>, until <DayTime at={shift.endsAt} />
          </span>
        ))
      )}
      <span className="min-w-0 break-words text-secondary">
        {next === null ? (
          "Nobody comes after in these two weeks."
        ) : (
          <>
            Next {next.person.name}, from <DayTime at={next.startsAt} />
          </>
        )}
      </span>
    </p>
  );
}
