/** Seconds as people read them: `8 s`, `4 m 12 s`, `2 h 05 m`, `3 d 04 h`. Rounds down; negative counts as 0. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "not known";
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} m`;
  return `${Math.floor(whole / 86400)} d ${two(Math.floor((whole % 86400) / 3600))} h`;
}

/** A limit or target in seconds, without the zero part: `10 m`, `90 s`, `45 m`, `2 h`, else as formatDuration. */
export function formatLimit(seconds: number): string {
  if (seconds < 120 && seconds % 60 !== 0)
    return formatDuration(seconds).replace(/^1 m (\d+) s$/, (_, s) => `${60 + Number(s)} s`);
  if (seconds >= 86400 && seconds % 86400 === 0) return `${seconds / 86400} d`;
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 60 && seconds < 3600 && seconds % 60 === 0) return `${seconds / 60} m`;
  return formatDuration(seconds);
}

/** How long ago, or how far ahead, `at` is from `now` (milliseconds since the epoch): `just now`, `2 min ago`, `in 3 h`. */
export function formatRelative(at: number, now: number): string {
  const seconds = Math.floor(Math.abs(now - at) / 1000);
  const amount =
    seconds < 60
      ? `${seconds} s`
      : seconds < 3600
        ? `${Math.floor(seconds / 60)} min`
        : seconds < 86400
          ? `${Math.floor(seconds / 3600)} h`
          : `${Math.floor(seconds / 86400)} d`;
  if (seconds < 5) return "just now";
  return now >= at ? `${amount} ago` : `in ${amount}`;
}

const utcClock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** `03:42:10`, in UTC. */
export function formatUtcClock(at: number, withSeconds = true): string {
  const text = utcClock.format(at);
  return withSeconds ? text : text.slice(0, 5);
}

/** `2026-11-21 03:42:10 UTC`: the same on the server and in every browser. */
export function formatUtc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `2026-11-21T03:42:10.123Z` within a sentence, as people read it: `2026-11-21 03:42 UTC`. */
export function readableTimes(text: string): string {
  return text.replace(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z/g, "$1 $2 UTC");
}

/** The clock and zone on this machine, or in `timeZone`: `{ clock: "04:42:10", zone: "CET" }`. */
export function formatLocal(at: number, timeZone?: string): { date: string; clock: string; zone: string } {
  const zoned = timeZone === undefined ? {} : { timeZone };
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...zoned,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    clock: `${part("hour")}:${part("minute")}:${part("second")}`,
    zone: part("timeZoneName"),
  };
}

/** `Sat 21 Nov`, here or in `timeZone`. */
export function formatDay(at: number, timeZone?: string): string {
  const zoned = timeZone === undefined ? {} : { timeZone };
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...zoned,
    weekday: "short",
    day: "numeric",
    month: "short",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("weekday")} ${part("day")} ${part("month")}`;
}

/** Milliseconds since the epoch of an ISO text, a Date or such a number; null where it is none of these. */
export function toInstant(value: string | number | Date | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  const instant =
    typeof value === "number" ? value : value instanceof Date ? value.getTime() : Date.parse(value);
  return Number.isFinite(instant) ? instant : null;
}
