import { describe, expect, it } from "vitest";
import { diffLines } from "#lib/domain/text-diff.ts";

const shown = (before: string, after: string): string[] =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: " ", gone: "-", new: "+" }[kind]}${text}`);

/** Numbers that look drawn by chance and are the same in every run. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

describe("Two texts, line by line", () => {
  it("are the same when only their line ends differ", () => {
    expect(shown("a\r\nb\r\n", "a\nb")).toEqual([" a", " b"]);
  });

  it("show what went before what came", () => {
    expect(shown("a\nb\nc", "a\nx\nc")).toEqual([" a", "-b", "+x", " c"]);
  });

  it("share nothing when one is empty", () => {
    expect(shown("", "a\nb")).toEqual(["+a", "+b"]);
    expect(shown("a", "")).toEqual(["-a"]);
    expect(shown("", "")).toEqual([]);
  });

  it("hold on to lines that stand once, not to brackets", () => {
    expect(shown("one\n{\n}\ntwo", "new\n{\n}\none\n{\n}\ntwo")).toEqual([
      "+new",
      "+{",
      "+}",
      " one",
      " {",
      " }",
      " two",
    ]);
  });

  it("compare lines that all stand twice", () => {
    expect(shown("a\nb\na\nb", "b\na\nb\na").filter((line) => line.startsWith(" "))).toHaveLength(3);
  });

  it("give both texts back, whatever they are", () => {
    const draw = drawing(7);
    for (let round = 0; round < 400; round++) {
      const text = () => Array.from({ length: draw(30) }, () => `line ${draw(9)}`).join("\n");
      const [before, after] = [text(), text()];
      const lines = diffLines(before, after);
      const side = (other: "gone" | "new") =>
        lines.filter(({ kind }) => kind !== other).map((line) => line.text);
      expect(side("new").join("\n")).toBe(before);
      expect(side("gone").join("\n")).toBe(after);
    }
  });

  it("take less than a second, however large and hostile", () => {
    const draw = drawing(3);
    const long = (of: () => string) => Array.from({ length: 20_000 }, of).join("\n");
    let count = 0;
    const pairs = [
      [long(() => String(draw(2))), long(() => String(draw(2)))],
      [long(() => String(draw(9000))), long(() => String(draw(9000)))],
      [long(() => String(count++)), long(() => String(count--))],
    ] as const;
    for (const [before, after] of pairs) {
      const used = process.cpuUsage();
      const lines = diffLines(before, after);
      expect(process.cpuUsage(used).user / 1000).toBeLessThan(1000);
      expect(lines.filter(({ kind }) => kind !== "new")).toHaveLength(20_000);
    }
  });
});
