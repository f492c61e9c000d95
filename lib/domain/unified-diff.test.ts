import { describe, expect, it } from "vitest";
import { unifiedDiff } from "#lib/domain/unified-diff.ts";

const names = { before: "ours, version 1", after: "ours, version 2" };
const letters = "a b c d e f g h i j k l m n o p".split(" ");

describe("A unified diff", () => {
  it("says nothing where nothing differs", () => {
    expect(unifiedDiff("a\nb", "a\nb\n", names)).toEqual({ text: "", added: 0, removed: 0, isCut: false });
  });

  it("is what diff -u writes: three lines around each change, numbered from one", () => {
    const after = letters.map((one) => (one === "b" ? "B" : one)).filter((one) => one !== "o");
    expect(unifiedDiff(letters.join("\n"), after.join("\n"), names)).toEqual({
      text: [
        "--- ours, version 1",
        "+++ ours, version 2",
        "@@ -1,5 +1,5 @@",
        " a",
        "-b",
        "+B",
        " c",
        " d",
        " e",
        "@@ -12,5 +12,4 @@",
        " l",
        " m",
        " n",
        "-o",
        " p",
        "",
      ].join("\n"),
      added: 1,
      removed: 2,
      isCut: false,
    });
  });

  it("joins changes whose surroundings touch", () => {
    const { text } = unifiedDiff("a\n1\n2\n3\n4\n5\n6\nb", "A\n1\n2\n3\n4\n5\n6\nB", names);
    expect(text.match(/^@@/gm)).toHaveLength(1);
    expect(unifiedDiff("a\n1\n2\n3\n4\n5\n6\n7\nb", "A\n1\n2\n3\n4\n5\n6\n7\nB", names).text).toContain(
      "@@ -1,4 +1,4 @@",
    );
  });

  it("names line 0 of an empty text", () => {
    expect(unifiedDiff("", "a\nb", names).text).toContain("@@ -0,0 +1,2 @@");
  });

  it("is cut at a length that can be read, and says so", () => {
    const long = Array.from({ length: 9000 }, (_, at) => `line ${at}`).join("\n");
    const diff = unifiedDiff("", long, names);
    expect(diff).toMatchObject({ isCut: true, added: 9000 });
    expect(diff.text.split("\n")).toHaveLength(4001);
  });
});
