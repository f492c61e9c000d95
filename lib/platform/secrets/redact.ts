import { patternsOf } from "#lib/platform/secrets/encodings.ts";
import type { Pattern } from "#lib/platform/secrets/encodings.ts";

/** What stands in the place of a secret. */
export const redacted = "[redacted]";

/** `write` gives back what may be shown so far: the beginning of what might become a secret waits for the next chunk. */
type RedactingStream = { write: (chunk: string) => string; end: () => string };
export type Redactor = {
  (text: string): string;
  stream: () => RedactingStream;
  /** Removes this text too from here on, also from streams that are open. */
  keep: (secret: string) => void;
};

/** So much of the beginning of a secret at the very end of a text is taken for a secret that was cut. */
const cutCharacters = 6;

/** Removes the given secrets from text in every encoding of encodings.ts, also when cut over several writes. */
export function redactor(secrets: readonly string[]): Redactor {
  const byFirst = new Map<number, Pattern[]>();
  const known = new Set<string>([""]);
  const keep = (secret: string): void => {
    if (known.has(secret)) return;
    known.add(secret);
    for (const pattern of patternsOf(secret))
      for (const code of new Set(pattern[0]?.map((form) => form.charCodeAt(0)))) {
        const same = byFirst.get(code);
        if (same === undefined) byFirst.set(code, [pattern]);
        else same.push(pattern);
      }
  };
  for (const secret of secrets) keep(secret);
  const stream = () => redactingStream(byFirst);
  return Object.assign(
    (text: string) => {
      const one = stream();
      return one.write(text) + one.end();
    },
    { stream, keep },
  );
}

function redactingStream(byFirst: ReadonlyMap<number, readonly Pattern[]>): RedactingStream {
  let held = "";
  const take = (isLast: boolean): string => {
    let shown = "";
    let from = 0;
    let at = 0;
    while (at < held.length) {
      const { end, isCut } = longestMatch(byFirst.get(held.charCodeAt(at)), held, at, isLast);
      if (isCut && !isLast) break;
      if (end > at) {
        shown += held.slice(from, at) + redacted;
        at = from = end;
      } else at += 1;
    }
    shown += held.slice(from, at);
    held = held.slice(at);
    return shown;
  };
  return {
    write: (chunk) => {
      held += chunk;
      return take(false);
    },
    end: () => take(true),
  };
}

/** Where the longest secret that begins here ends; `isCut`: the text ends before that can be told. */
function longestMatch(
  patterns: readonly Pattern[] | undefined,
  text: string,
  start: number,
  isLast: boolean,
): { end: number; isCut: boolean } {
  let end = start;
  let isCut = false;
  for (const pattern of patterns ?? []) {
    let ends = new Set([start]);
    for (const [index, position] of pattern.entries()) {
      const next = new Set<number>();
      for (const at of ends)
        for (const form of position) {
          if (text.startsWith(form, at)) next.add(at + form.length);
          else if (at + form.length > text.length && form.startsWith(text.slice(at))) {
            isCut = true;
            if (isLast && index >= cutCharacters) end = text.length;
          }
        }
      ends = next;
      if (ends.size === 0) break;
    }
    end = Math.max(end, ...ends);
  }
  return { end, isCut };
}
