import { describe, expect, it } from "vitest";
import { renamed } from "#components/playbook/starting-text.ts";

const text =
  "# id: none\nformat: 1\nid: ours # the team's\nversion: 3\nfacts:\n  - id: error_rate\n    version: 9\n";

describe("A text to start from", () => {
  it("has another id and number, and nothing else of it changes", () => {
    expect(renamed(text, { id: "theirs", version: 1 })).toBe(
      text.replace("id: ours # the team's", "id: theirs").replace("version: 3", "version: 1"),
    );
    expect(renamed(text, { version: 4 })).toBe(text.replace("version: 3", "version: 4"));
  });

  it("stays as it is where it names neither at the top", () => {
    const flow = "{ format: 1, id: ours, version: 3 }";
    expect(renamed(flow, { id: "theirs", version: 4 })).toBe(flow);
  });
});
