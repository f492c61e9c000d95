import { printable } from "#lib/adapters/evidence.ts";

/** So much of a text of others is looked at, for each character that is shown; the rest would only cost time. */
const timesRead = 4;
const leastRead = 16 * 1024;

/** A text of others as it may be stored and shown: without secrets and control characters, at most `most` characters. */
export function shownText(text: string, redact: (text: string) => string, most: number): string {
  return printable(redact(text.slice(0, Math.max(leastRead, most * timesRead))))
    .slice(0, most)
    .toWellFormed();
}
