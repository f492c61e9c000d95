import { diffLines, type DiffLine } from "#lib/domain/text-diff.ts";

/** Lines of an answer; what is more is cut, and said to be. */
const mostLines = 4000;
const around = 3;

export type UnifiedDiff = {
  /** As `diff -u` writes it; empty where no line differs. */
  text: string;
  added: number;
  removed: number;
  isCut: boolean;
};

/** Two texts as a unified diff. `names` stand in its head. Pure. */
export function unifiedDiff(
  before: string,
  after: string,
  names: { before: string; after: string },
): UnifiedDiff {
  const lines = diffLines(before, after);
  const hunks = hunksOf(lines);
  const added = lines.filter((line) => line.kind === "new").length;
  const removed = lines.filter((line) => line.kind === "gone").length;
  if (hunks.length === 0) return { text: "", added, removed, isCut: false };
  const written = [`--- ${names.before}`, `+++ ${names.after}`, ...hunks.flatMap(hunkLines)];
  const isCut = written.length > mostLines;
  return { text: `${written.slice(0, mostLines).join("\n")}\n`, added, removed, isCut };
}

/** `before` and `after`: how many lines of each text stand above it. */
type Hunk = { before: number; after: number; lines: DiffLine[] };

function hunksOf(lines: readonly DiffLine[]): Hunk[] {
  const isShown = new Uint8Array(lines.length);
  for (const [at, line] of lines.entries()) {
    if (line.kind !== "same") isShown.fill(1, Math.max(0, at - around), at + around + 1);
  }
  const hunks: Hunk[] = [];
  let [before, after] = [0, 0];
  for (const [at, line] of lines.entries()) {
    if (isShown[at] === 1) {
      const open = at > 0 && isShown[at - 1] === 1 ? hunks.at(-1) : undefined;
      if (open) open.lines.push(line);
      else hunks.push({ before, after, lines: [line] });
    }
    if (line.kind !== "new") before += 1;
    if (line.kind !== "gone") after += 1;
  }
  return hunks;
}

const marks = { same: " ", gone: "-", new: "+" } as const;

function hunkLines({ before, after, lines }: Hunk): string[] {
  const old = lines.filter((line) => line.kind !== "new").length;
  const fresh = lines.filter((line) => line.kind !== "gone").length;
  return [
    `@@ -${rangeOf(before, old)} +${rangeOf(after, fresh)} @@`,
    ...lines.map((line) => `${marks[line.kind]}${line.text}`),
  ];
}

/** Of no line at all the one above is named, as `diff` does. */
function rangeOf(above: number, count: number): string {
  return `${count === 0 ? above : above + 1},${count}`;
}
