import { describe, expect, it } from "vitest";
import { newLine, placeOf, shiftLines, spanOf, type Edit } from "#components/playbook/editor-keys.ts";

/** `|` marks the place, `[…]` what is selected. */
function read(marked: string): { text: string; from: number; to: number } {
  const text = marked.replace(/[[\]|]/g, "");
  const from = marked.search(/[[|]/);
  const to = marked.includes("]") ? marked.indexOf("]") - 1 : from;
  return { text, from, to };
}

function after(marked: string, edit: (selected: ReturnType<typeof read>) => Edit): string {
  const selected = read(marked);
  const { from, to, insert, select } = edit(selected);
  const text = selected.text.slice(0, from) + insert + selected.text.slice(to);
  return select.from === select.to
    ? `${text.slice(0, select.from)}|${text.slice(select.from)}`
    : `${text.slice(0, select.from)}[${text.slice(select.from, select.to)}]${text.slice(select.to)}`;
}

describe("Enter", () => {
  it.each([
    ["a|", "a\n|"],
    ["|", "\n|"],
    ["x\n  a: 1|", "x\n  a: 1\n  |"],
    ["x\n  rows:|\ny", "x\n  rows:\n    |\ny"],
    ["  a: [1]| tail".replace("[1]", "1"), "  a: 1\n  | tail"],
    ["  ab[cd]e", "  ab\n  |e"],
  ])("in %j gives %j", (marked, result) => {
    expect(after(marked, newLine)).toBe(result);
  });
});

describe("Moving lines", () => {
  it.each([
    ["in", "a|b", "  a|b"],
    ["in", "x\na[b\nc]d\ny", "x\n[  ab\n  cd]\ny"],
    ["in", "[a\n\nb]", "[  a\n\n  b]"],
    ["in", "[a\n]b", "[  a]\nb"],
    ["out", "    a|", "  a|"],
    ["out", " a|", "a|"],
    ["out", "a|", "a|"],
    ["out", "x\n  |a", "x\n|a"],
    ["out", "[  a\n b\nc]", "[a\nb\nc]"],
  ] as const)("%s: %j gives %j", (way, marked, result) => {
    expect(after(marked, (selected) => shiftLines(selected, way))).toBe(result);
  });
});

describe("A place", () => {
  it.each([
    ["|", 1, 1],
    ["ab|", 1, 3],
    ["ab\n|", 2, 1],
    ["ab\nc|d", 2, 2],
    ["\n\n|", 3, 1],
  ])("in %j is line %i, column %i", (marked, line, column) => {
    const { text, from } = read(marked);
    expect(placeOf(text, from)).toEqual({ line, column });
  });

  it.each([
    [1, "a:"],
    [2, "b: 1"],
    [3, ""],
    [4, "c"],
    [99, "c"],
  ])("of line %i holds %j", (line, held) => {
    const text = "a:\n  b: 1\n\nc";
    const { from, to } = spanOf(text, line);
    expect(text.slice(from, to)).toBe(held);
  });
});
