/** A text with what is selected in it; `from` and `to` count characters. */
export type Selected = { text: string; from: number; to: number };
/** What to put in place of a stretch of the text, and what is selected afterwards. */
export type Edit = { from: number; to: number; insert: string; select: { from: number; to: number } };

const indent = "  ";

/** A new line as deep as this one; two deeper after a line that opens something. */
export function newLine({ text, from, to }: Selected): Edit {
  const before = text.slice(lineStart(text, from), from);
  const depth = /^ */.exec(before)?.[0] ?? "";
  const insert = `\n${depth}${/:\s*$/.test(before) ? indent : ""}`;
  const at = from + insert.length;
  return { from, to, insert, select: { from: at, to: at } };
}

/** Moves every line of the selection two columns in or out. */
export function shiftLines({ text, from, to }: Selected, way: "in" | "out"): Edit {
  const start = lineStart(text, from);
  const end = lineEnd(text, Math.max(from, to > from && text[to - 1] === "\n" ? to - 1 : to));
  const lines = text.slice(start, end).split("\n");
  const shifted = lines.map((line) => {
    if (way === "out") return line.replace(/^ {1,2}/, "");
    return line === "" ? line : `${indent}${line}`;
  });
  const insert = shifted.join("\n");
  if (from === to) {
    const moved = (shifted[0]?.length ?? 0) - (lines[0]?.length ?? 0);
    const at = Math.max(start, from + moved);
    return { from: start, to: end, insert, select: { from: at, to: at } };
  }
  return { from: start, to: end, insert, select: { from: start, to: start + insert.length } };
}

/** Line and column of a place in a text, both from 1. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const start = lineStart(text, at);
  let line = 1;
  for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", next + 1))
    line += 1;
  return { line, column: at - start + 1 };
}

/** Where a line begins (after its indentation) and ends; the last line where there is none of that number. */
export function spanOf(text: string, line: number): { from: number; to: number } {
  let start = 0;
  for (let count = 1; count < line; count++) {
    const next = text.indexOf("\n", start);
    if (next === -1) break;
    start = next + 1;
  }
  const to = lineEnd(text, start);
  const depth = /^ */.exec(text.slice(start, to))?.[0].length ?? 0;
  return { from: start + depth, to };
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}
