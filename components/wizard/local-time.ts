import { formatLocal } from "#components/ui/format-time.ts";

/** A moment as a datetime-local field wants it: `2026-03-02T04:40`, in this browser's zone or in `timeZone`. */
export function localText(at: number, timeZone?: string): string {
  const { date, clock } = formatLocal(at, timeZone);
  return `${date}T${clock.slice(0, 5)}`;
}

/** What such a field gives back, in milliseconds since the epoch; null while it is incomplete. */
export function fromLocalText(text: string): number | null {
  const at = Date.parse(text);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) && Number.isFinite(at) ? at : null;
}
