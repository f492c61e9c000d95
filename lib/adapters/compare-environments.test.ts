import { describe, expect, it } from "vitest";
import {
  compareEnvironments,
  describeComparison,
  parseEnvironment,
} from "#lib/adapters/compare-environments.ts";

describe("comparing two environment files", () => {
  const before = "# old\nMODEL=large\nexport TOKEN=hidden-one\nSAME=1\r\nGONE=yes\n\nnot a line\n";
  const after = "MODEL=medium\nTOKEN=hidden-two\nSAME=1\nNEW=\n";

  it("names each key that differs, and the values of plain keys alone", () => {
    const comparison = compareEnvironments(before, after, ["MODEL", "NEW"]);
    expect(comparison).toEqual({
      added: ["NEW"],
      changed: ["MODEL", "TOKEN"],
      removed: ["GONE"],
      plain: { MODEL: { from: "large", to: "medium" }, NEW: { from: null, to: "" } },
    });
    const text = describeComparison(comparison);
    expect(text).toBe("changed: MODEL (large → medium), TOKEN; added: NEW (none → ); removed: GONE");
    expect(JSON.stringify(comparison) + text).not.toContain("hidden");
  });

  it("takes the last of a key that stands twice, and finds nothing in nothing", () => {
    expect(parseEnvironment("A=1\nA=2").get("A")).toBe("2");
    expect(describeComparison(compareEnvironments(after, after, []))).toBe("No key differs");
  });
});
