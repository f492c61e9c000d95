import { z } from "zod";
import { genesis } from "#lib/domain/event.ts";

/** One stored entry: the hashed text, its hash, and what is stored beside it so that it can be searched. */
export type ChainRow = {
  position: number;
  hash: string;
  body: string;
  columns?: {
    at: string;
    type: string;
    actorId: string;
    subjectKind: string;
    subjectId: string;
    prev: string;
  };
  places?: readonly { stream: string; seq: number }[];
};

export type ChainProblem = {
  /** The first place where the record is not as it was written. */
  position: number;
  kind:
    | "missing"
    | "order"
    | "changed"
    | "unreadable"
    | "relinked"
    | "columns"
    | "streams"
    | "checkpoint"
    | "cut"
    | "head";
  message: string;
};

export type ChainPoint = { position: number; hash: string };

const Body = z.object({
  position: z.number().int(),
  at: z.string(),
  type: z.string(),
  actor: z.object({ id: z.string() }),
  subject: z.object({ kind: z.string(), id: z.string() }),
  streams: z.record(z.string(), z.number().int()),
  prev: z.string(),
});
type Body = z.infer<typeof Body>;

export type ChainVerifier = {
  /** Takes the next entry, in order. Returns what is wrong with it; after that, nothing more need be asked. */
  add: (row: ChainRow) => ChainProblem | null;
  /** After the last entry: whether the record ends where it should. */
  end: (known: { head?: ChainPoint; places?: number }) => ChainProblem | null;
  entries: () => number;
  last: () => ChainPoint;
};

/**
 * Checks a chain of entries one by one, in constant memory but for a counter per stream. Finds an entry that was
 * edited, removed, inserted, moved or re-linked, columns or stream places that disagree with it, and, by checkpoints
 * kept elsewhere, a chain that was rewritten or cut. `from`: an entry that is known to be good, after which to begin.
 */
export function verifyChain(
  sha256: (text: string) => string,
  checkpoints: readonly ChainPoint[] = [],
  from: ChainPoint | null = null,
): ChainVerifier {
  const signed = new Map<number, Set<string>>();
  let newest = 0;
  for (const { position, hash } of checkpoints) {
    signed.set(position, (signed.get(position) ?? new Set()).add(hash));
    newest = Math.max(newest, position);
  }
  const seqs = new Map<string, number>();
  let last: ChainPoint = from ?? { position: 0, hash: genesis };
  let entries = 0;
  let places = 0;

  const problemOf = (row: ChainRow): ChainProblem | null => {
    const order = checkOrder(row, last);
    if (order) return order;
    const at = row.position;
    if (sha256(row.body) !== row.hash) return problem(at, "changed", `Entry ${at} was changed.`);
    const body = readBody(row.body);
    if (!body) return problem(at, "unreadable", `Entry ${at} cannot be read.`);
    if (body.position !== at)
      return problem(at, "order", `Entry ${at} was moved: it was written as ${body.position}.`);
    if (body.prev !== last.hash) {
      return problem(
        at,
        "relinked",
        `Entry ${at} does not follow the entry before it: one of them was replaced.`,
      );
    }
    if (row.columns && !columnsAgree(row.columns, body)) {
      return problem(at, "columns", `What is stored beside entry ${at} for searching was changed.`);
    }
    const streams = checkStreams(row, body, seqs, from === null);
    if (streams) return streams;
    const hashes = signed.get(at);
    if (hashes && (hashes.size > 1 || !hashes.has(row.hash))) {
      return problem(
        at,
        "checkpoint",
        `Entry ${at} is not the one that was signed: the record was rewritten.`,
      );
    }
    return null;
  };

  return {
    add: (row) => {
      const found = problemOf(row);
      if (found) return found;
      last = { position: row.position, hash: row.hash };
      entries += 1;
      places += row.places?.length ?? 0;
      return null;
    },
    end: ({ head, places: stored }) => {
      const next = last.position + 1;
      if (newest > last.position) {
        return problem(
          next,
          "cut",
          `Entries ${next} to ${newest} are missing: a checkpoint was signed over ${newest}.`,
        );
      }
      if (head && head.position > last.position) {
        return problem(next, "cut", `Entries ${next} to ${head.position} are missing at the end.`);
      }
      if (head && (head.position !== last.position || head.hash !== last.hash)) {
        return problem(last.position, "head", "The head of the record does not point at its last entry.");
      }
      if (stored !== undefined && stored !== places) {
        return problem(next, "streams", "There are places in streams that belong to no entry.");
      }
      return null;
    },
    entries: () => entries,
    last: () => last,
  };
}

function checkOrder({ position }: ChainRow, last: ChainPoint): ChainProblem | null {
  const expected = last.position + 1;
  if (position === expected) return null;
  if (position < expected)
    return problem(position, "order", `Entry ${position} stands where ${expected} should.`);
  const what =
    position === expected + 1 ? `Entry ${expected} is` : `Entries ${expected} to ${position - 1} are`;
  return problem(expected, "missing", `${what} missing.`);
}

function columnsAgree(columns: NonNullable<ChainRow["columns"]>, body: Body): boolean {
  return (
    columns.at === body.at &&
    columns.type === body.type &&
    columns.actorId === body.actor.id &&
    columns.subjectKind === body.subject.kind &&
    columns.subjectId === body.subject.id &&
    columns.prev === body.prev
  );
}

function checkStreams(
  row: ChainRow,
  body: Body,
  seqs: Map<string, number>,
  isWhole: boolean,
): ChainProblem | null {
  const at = row.position;
  const written = Object.entries(body.streams);
  if (row.places) {
    const isSame =
      row.places.length === written.length &&
      row.places.every(({ stream, seq }) => body.streams[stream] === seq);
    if (!isSame) return problem(at, "streams", `The places of entry ${at} in its streams were changed.`);
  }
  for (const [stream, seq] of written) {
    // Of a chain that is read from its middle on, the first number seen of a stream is as good as any.
    const before = seqs.get(stream) ?? (isWhole ? 0 : seq - 1);
    if (seq !== before + 1) {
      return problem(at, "streams", `Entry ${at} does not come next in the stream ${stream}.`);
    }
    seqs.set(stream, seq);
  }
  return null;
}

function readBody(text: string): Body | null {
  try {
    return Body.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Not JSON at all: the caller says which entry cannot be read.
    return null;
  }
}

function problem(position: number, kind: ChainProblem["kind"], message: string): ChainProblem {
  return { position, kind, message };
}
