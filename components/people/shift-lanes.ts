/** How many days a timeline of shifts shows. */
export const shownDays = 14;
const day = 24 * 3_600_000;

export type Placed<T> = {
  shift: T;
  /** Which line it stands on: shifts that overlap stand below each other. */
  lane: number;
  /** Percent of the timeline's width. */
  left: number;
  width: number;
};

/** Where each shift stands on a timeline that begins with the UTC day of `from`. Shifts come the earliest first. */
export function placeShifts<T extends { startsAt: string; endsAt: string }>(
  shifts: readonly T[],
  from: string,
): { placed: Placed<T>[]; lanes: number } {
  const start = startOfDay(from);
  const end = start + shownDays * day;
  const ends: number[] = [];
  const placed = shifts.flatMap((shift): Placed<T>[] => {
    const [startsAt, endsAt] = [Date.parse(shift.startsAt), Date.parse(shift.endsAt)];
    if (endsAt <= start || startsAt >= end) return [];
    const free = ends.findIndex((taken) => taken <= startsAt);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = endsAt;
    const left = share(startsAt - start);
    return [{ shift, lane, left, width: share(endsAt - start) - left }];
  });
  return { placed, lanes: Math.max(1, ends.length) };
}

/** The UTC days of the timeline, and where `at` stands on it in percent. */
export function timelineOf(from: string, at: number): { days: Date[]; now: number } {
  const start = startOfDay(from);
  const days = Array.from({ length: shownDays }, (_, index) => new Date(start + index * day));
  return { days, now: share(at - start) };
}

/** The other shifts of a list that run at the same time as this one. */
export function overlapsOf<T extends { id: string; startsAt: string; endsAt: string }>(
  shift: T,
  all: readonly T[],
): T[] {
  return all.filter(
    (one) => one.id !== shift.id && one.startsAt < shift.endsAt && one.endsAt > shift.startsAt,
  );
}

function startOfDay(at: string): number {
  return Math.floor(Date.parse(at) / day) * day;
}

function share(ms: number): number {
  return Math.min(100, Math.max(0, (ms / (shownDays * day)) * 100));
}
