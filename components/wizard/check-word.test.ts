import { expect, it } from "vitest";
import { checkWord } from "#components/wizard/check-word.ts";

it("A check that could not be made is not known; a tick that nobody made is open", () => {
  expect(checkWord({ kind: "automatic", gate: "submit", state: "open" })).toEqual({ state: "unknown" });
  expect(checkWord({ kind: "manual", gate: "submit", state: "open" })).toEqual({ state: "open" });
});

it("What must be true afterwards holds or does not", () => {
  expect(checkWord({ kind: "automatic", gate: "validation", state: "done" }).word).toBe("Holds");
  expect(checkWord({ kind: "manual", gate: "validation", state: "failed" }).word).toBe("Does not hold");
  expect(checkWord({ kind: "manual", gate: "after", state: "failed" }).word).toBe("Not so");
});

it("While it is being checked, what it was is not shown", () => {
  expect(checkWord({ kind: "automatic", gate: "submit", state: "failed" }, true)).toEqual({
    state: "running",
  });
});
