import { describe, expect, it } from "vitest";
import { fence, inline, spoken, stamp, table } from "#lib/domain/report-markdown.ts";

const hostile = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[click](javascript:alert(1))",
  "![x](http://evil/x.png)",
  "`rm -rf /` and ``more``",
  "# heading",
  "- item",
  "+ item",
  "1. item",
  "2) item",
  "=====",
  "> quote",
  "| a | b |",
  "**bold** _soft_ ~~gone~~",
  "line\nbreak\r\n\r\n## heading\u2028more",
  "&lt;script&gt; &#60;b&#62;",
  "$(whoami) ${HOME} {{reason}} $x^2$",
  "\\` \\\\` \\<b>",
  "```\nfence\n```",
  "~~~~",
  "<!-- comment -->",
  "http://a.b/<x>",
  "a\u202Egnp.exe\u200b\u0000\u0007",
  "[ref]: http://evil",
];

/** What Markdown would read as its own, once everything escaped is taken away. */
const left = (text: string) =>
  text.replace(/\\[\\`*_[\]{}()#!|~$+=.)-]/g, "x").replace(/&(amp|lt|gt);/g, "x");

describe("Text from outside in a line", () => {
  it.each(hostile)("%j stays text", (text) => {
    const line = inline(text);
    expect(line).not.toMatch(/[\n\r\u2028\u202e\u200b\u0000\u0007]/);
    expect(left(line)).not.toMatch(/[`*[\]<>|~$&\\#]|\b_\B|\B_\b/);
    expect(left(line)).not.toMatch(/^(?:[-+=]|\d+[.)](?:\s|$))/);
  });

  it.each(hostile)("%j can be read back", (text) => {
    const back = inline(text)
      .replace(/\\([\\`*_[\]{}()#!|~$+=.)-])/g, "$1")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&");
    const words = text.replace(/[\u0000\u0007\u202e\u200b]/g, "").replace(/\u2028/g, "");
    expect(back).toBe(words.replace(/\s+/g, " ").trim());
  });

  it("stays text in a cell, and the table keeps its columns", () => {
    const rows = table(
      ["A", "B"],
      hostile.map((text) => [text, "x"]),
    ).split("\n");
    expect(rows).toHaveLength(hostile.length + 2);
    for (const row of rows) expect(row.replace(/\\./g, "").match(/\|/g)).toHaveLength(3);
  });
});

it("Text that Markdown leaves alone is left alone", () => {
  for (const text of [
    "1.4.0",
    "v2.4.0-rc.1+build",
    "rb_06f3_x",
    "olga@example.com",
    "a (b), c!",
    "http://a.b/c?d=e",
  ]) {
    expect(inline(text)).toBe(text);
  }
});

describe("A block", () => {
  it.each(hostile)("of %j cannot end before its fence", (text) => {
    const block = fence(text, "sh");
    const marks = /^`+/.exec(block)?.[0] ?? "";
    expect(marks.length).toBeGreaterThanOrEqual(3);
    const inside = block.split("\n").slice(1, -1);
    expect(inside.some((line) => line.trim().startsWith(marks))).toBe(false);
    expect(block.endsWith(`\n${marks}`)).toBe(true);
  });
});

describe("Times", () => {
  it("are said as people say them", () => {
    expect([0, 45, 60, 200, 3600, 7500].map(spoken)).toEqual([
      "0 s",
      "45 s",
      "1 min",
      "3 min 20 s",
      "1 h",
      "2 h 5 min",
    ]);
    expect(stamp("2026-01-01T03:04:05.678Z")).toBe("2026-01-01 03:04:05 UTC");
  });
});
