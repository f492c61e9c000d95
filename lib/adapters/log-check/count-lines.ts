import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { lineTime } from "#lib/adapters/log-check/line-time.ts";

export type Asked = {
  path: string;
  pattern: string;
  ignoreCase: boolean;
  windowSeconds: number;
  utcOffset: string;
  maxBytes: number;
  now: number;
};

export type Counted = {
  lines: number;
  matches: number;
  /** The latest that matched, as they stand in the log. */
  samples: string[];
  /** Why the whole window could not be seen; null when it could. */
  unseen: string | null;
  /** Whether any line told when it was written; an empty log has none to ask. */
  hasTimes: boolean;
  isEmpty: boolean;
};

const longestLine = 4096;
const chunkBytes = 1024 * 1024;
const mostSamples = 3;
const mostParts = 10;
const packed = /\.(?:gz|xz|bz2|zst|lz4|Z)$/;

/**
 * Counts the lines of the window in a log and in the older parts of it that were written to within the window, however
 * it was rotated: renamed, or copied and truncated. Throws what the file system throws, and TypeError for what is no file.
 */
export function countLines(asked: Asked): Counted {
  const since = asked.now - asked.windowSeconds * 1000;
  const total: Counted = { lines: 0, matches: 0, samples: [], unseen: null, hasTimes: false, isEmpty: true };
  for (const part of [...olderParts(asked.path, since), asked.path]) {
    if (packed.test(part)) total.unseen = `${path.basename(part)} is packed, and part of the time is in it`;
    else countPart(part, asked, since, total);
  }
  return total;
}

/** Oldest first. */
function olderParts(file: string, since: number): string[] {
  const folder = path.dirname(file);
  const name = path.basename(file);
  const parts = readdirSync(folder)
    .filter((one) => one.startsWith(name) && /^[.-]/.test(one.slice(name.length)))
    .map((one) => path.join(folder, one))
    .flatMap((one) => {
      // It may be renamed or removed at this very moment.
      const stat = statSync(one, { throwIfNoEntry: false });
      return stat?.isFile() === true && stat.mtimeMs >= since ? [{ one, mtime: stat.mtimeMs }] : [];
    });
  return parts
    .toSorted((a, b) => a.mtime - b.mtime)
    .slice(-mostParts)
    .map(({ one }) => one);
}

function countPart(file: string, asked: Asked, since: number, total: Counted): void {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new TypeError("not a file");
    const matcher = new RegExp(asked.pattern, asked.ignoreCase ? "ui" : "u");
    const start = Math.max(0, stat.size - asked.maxBytes);
    const times: { first: number | null; last: number | null } = { first: null, last: null };
    // What is not whole is not a line.
    let isWhole = start === 0;
    const take = (line: string): void => {
      if (!isWhole) {
        isWhole = true;
        return;
      }
      if (line !== "") total.isEmpty = false;
      // A line without a time belongs to the one before it: a stack trace, for instance.
      const at = (times.last = lineTime(line, asked.utcOffset, asked.now) ?? times.last);
      times.first ??= at;
      if (at === null || at < since || line === "") return;
      total.lines += 1;
      if (!matcher.test(line)) return;
      total.matches += 1;
      total.samples = [...total.samples, line].slice(-mostSamples);
    };
    readLines(handle, start, stat.size, take);
    if (times.first !== null) total.hasTimes = true;
    if (start > 0 && (times.first === null || times.first >= since))
      total.unseen = `the last ${Math.round(asked.maxBytes / 1024 / 1024)} MiB of ${path.basename(file)} do not reach back so far`;
  } finally {
    closeSync(handle);
  }
}

/** Hands over each line between two places of a file, of a long one its beginning. */
function readLines(handle: number, start: number, end: number, take: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(chunkBytes);
  let rest = "";
  for (let at = start; at < end;) {
    const read = readSync(handle, buffer, 0, Math.min(chunkBytes, end - at), at);
    // It was truncated meanwhile.
    if (read === 0) break;
    at += read;
    const lines = decoder.write(buffer.subarray(0, read)).split("\n");
    for (const [index, piece] of lines.entries()) {
      if (rest.length < longestLine) rest += piece.slice(0, longestLine - rest.length);
      if (index === lines.length - 1) break;
      take(rest.replace(/\r$/, ""));
      rest = "";
    }
  }
  if (rest !== "") take(rest);
}
