"use client";

import { clsx } from "clsx";
import type { ShiftView } from "#components/people/people-data.ts";
import { placeShifts, timelineOf } from "#components/people/shift-lanes.ts";
import { useNow } from "#components/ui/clock-provider.tsx";

const dayName = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric" });
const laneRem = 1.75;

/** Two weeks of shifts as bars over UTC days. The list below says the same in words, so this is for the eye alone. */
export function ShiftTimeline({ shifts, from }: { shifts: readonly ShiftView[]; from: string }) {
  const now = useNow();
  const { placed, lanes } = placeShifts(shifts, from);
  const { days, now: nowAt } = timelineOf(from, now ?? Date.parse(from));
  return (
    <div aria-hidden className="max-sm:hidden">
      <div className="grid grid-cols-14 text-12 text-faint">
        {days.map((day) => (
          <span
            key={day.toISOString()}
            className={clsx(
              "truncate border-l border-line-faint px-1 pb-0.5",
              isWeekend(day) && "bg-surface-sunken",
            )}
          >
            {dayName.format(day)}
          </span>
        ))}
      </div>
      <div className="relative border-b border-line-soft" style={{ height: `${lanes * laneRem + 0.25}rem` }}>
        <div className="absolute inset-0 grid grid-cols-14">
          {days.map((day) => (
            <span
              key={day.toISOString()}
              className={clsx("border-l border-line-faint", isWeekend(day) && "bg-surface-sunken")}
            />
          ))}
        </div>
        {placed.map(({ shift, lane, left, width }) => (
          <span
            key={shift.id}
            title={shift.person.name}
            style={{
              left: `${left}%`,
              width: `${width}%`,
              top: `${lane * laneRem + 0.125}rem`,
              height: `${laneRem - 0.25}rem`,
            }}
            className="absolute truncate rounded-1 border border-state-info-line bg-state-info-ground px-1.5 leading-6 text-state-info-text"
          >
            {shift.person.name}
          </span>
        ))}
        <span
          className="absolute inset-y-0 w-0.5 bg-ink"
          style={{ left: `${nowAt}%` }}
          suppressHydrationWarning
        />
      </div>
    </div>
  );
}

function isWeekend(day: Date): boolean {
  return day.getUTCDay() === 0 || day.getUTCDay() === 6;
}
