/** One line of a comparison: in both texts, only in the first, or only in the second. */
export type DiffLine = { kind: "same" | "gone" | "new"; text: string };

/** What keeps the worst pair of texts under a second; beyond it a stretch counts as replaced. */
const limits = { work: 4_000_000, depth: 60 } as const;

/**
 * Compares two texts line by line; how a line ends does not count. Lines that stand once in both hold the comparison
 * together, so that a moved or changed block does not match on its brackets. Pure.
 */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const pairs = new Matcher(a, b).run();
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...pairs, [a.length, b.length] as const]) {
    lines.push(...a.slice(i, x).map((text) => ({ kind: "gone" as const, text })));
    lines.push(...b.slice(j, y).map((text) => ({ kind: "new" as const, text })));
    const text = a[x];
    if (text !== undefined) lines.push({ kind: "same", text });
    [i, j] = [x + 1, y + 1];
  }
  return lines;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

type Pair = readonly [a: number, b: number];
type Block = { aFrom: number; aTo: number; bFrom: number; bTo: number };

class Matcher {
  readonly #a: readonly string[];
  readonly #b: readonly string[];
  readonly #pairs: Pair[] = [];
  #work: number = limits.work;

  constructor(a: readonly string[], b: readonly string[]) {
    this.#a = a;
    this.#b = b;
  }

  run(): Pair[] {
    this.#match({ aFrom: 0, aTo: this.#a.length, bFrom: 0, bTo: this.#b.length }, 0);
    return this.#pairs;
  }

  #match(block: Block, depth: number): void {
    let { aFrom, aTo, bFrom, bTo } = block;
    while (aFrom < aTo && bFrom < bTo && this.#a[aFrom] === this.#b[bFrom]) {
      this.#pairs.push([aFrom++, bFrom++]);
    }
    const tail: Pair[] = [];
    while (aFrom < aTo && bFrom < bTo && this.#a[aTo - 1] === this.#b[bTo - 1]) tail.push([--aTo, --bTo]);
    const inner = { aFrom, aTo, bFrom, bTo };
    if (aFrom < aTo && bFrom < bTo && this.#work > 0) this.#matchInner(inner, depth);
    for (const pair of tail.reverse()) this.#pairs.push(pair);
  }

  #matchInner(block: Block, depth: number): void {
    const { aFrom, aTo, bFrom, bTo } = block;
    const [height, width] = [aTo - aFrom, bTo - bFrom];
    this.#work -= height + width;
    const anchors = depth < limits.depth ? this.#anchors(block) : [];
    if (anchors.length === 0) {
      if (height * width > this.#work) return;
      this.#work -= height * width;
      for (const pair of this.#longest(block)) this.#pairs.push(pair);
      return;
    }
    let [i, j] = [aFrom, bFrom];
    for (const [x, y] of anchors) {
      this.#match({ aFrom: i, aTo: x, bFrom: j, bTo: y }, depth + 1);
      this.#pairs.push([x, y]);
      [i, j] = [x + 1, y + 1];
    }
    this.#match({ aFrom: i, aTo, bFrom: j, bTo }, depth + 1);
  }

  /** Lines that stand once on both sides, as many as stand in the same order. */
  #anchors({ aFrom, aTo, bFrom, bTo }: Block): Pair[] {
    const inA = onceIn(this.#a, aFrom, aTo);
    const inB = onceIn(this.#b, bFrom, bTo);
    const common: Pair[] = [];
    for (const [text, x] of inA) {
      const y = inB.get(text);
      if (x !== null && y !== undefined && y !== null) common.push([x, y]);
    }
    return longestRising(common);
  }

  /** The longest common subsequence, by the usual table. */
  #longest({ aFrom, aTo, bFrom, bTo }: Block): Pair[] {
    const width = bTo - bFrom + 1;
    const table = new Uint32Array((aTo - aFrom + 1) * width);
    const at = (i: number, j: number) => table[(i - aFrom) * width + (j - bFrom)] ?? 0;
    for (let i = aTo - 1; i >= aFrom; i--) {
      for (let j = bTo - 1; j >= bFrom; j--) {
        table[(i - aFrom) * width + (j - bFrom)] =
          this.#a[i] === this.#b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      }
    }
    const pairs: Pair[] = [];
    for (let i = aFrom, j = bFrom; i < aTo && j < bTo;) {
      if (this.#a[i] === this.#b[j]) pairs.push([i++, j++]);
      else if (at(i + 1, j) >= at(i, j + 1)) i++;
      else j++;
    }
    return pairs;
  }
}

/** Where each line stands; null for one that stands there more than once. In the order of the text. */
function onceIn(lines: readonly string[], from: number, to: number): Map<string, number | null> {
  const places = new Map<string, number | null>();
  for (let at = from; at < to; at++) {
    const text = lines[at] ?? "";
    places.set(text, places.has(text) ? null : at);
  }
  return places;
}

/** Of pairs that rise in their first figure, the most that rise in their second as well. */
function longestRising(pairs: readonly Pair[]): Pair[] {
  const ends: number[] = [];
  const previous: number[] = [];
  for (const [at, [, y]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < y) low = middle + 1;
      else high = middle;
    }
    previous[at] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = at;
  }
  const chosen: Pair[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) {
    const pair = pairs[at];
    if (pair) chosen.push(pair);
  }
  return chosen.reverse();
}
