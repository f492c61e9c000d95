import { describe, expect, it } from "vitest";
import { incidentStates, statusStates, updateStates, verdicts } from "#lib/domain/incident.ts";
import { rollbackStates, stepStates } from "#lib/domain/rollback.ts";
import { stateWord, vocabulary, type StateKind } from "#components/ui/state.ts";

describe("the vocabulary of states", () => {
  it.each([
    ["incident", incidentStates],
    ["rollback", rollbackStates],
    ["step", stepStates],
    ["component", statusStates],
    ["update", updateStates],
    ["verdict", verdicts],
  ] as const)("has a word for every %s state of the domain and no other", (kind, states) => {
    expect(Object.keys(vocabulary[kind]).toSorted()).toEqual([...states].toSorted());
  });

  it("shows a state that it does not know as unknown, not as good", () => {
    for (const kind of Object.keys(vocabulary) as StateKind[]) {
      expect(stateWord(kind, "toString").tone).toBe("unknown");
      expect(stateWord(kind, "brand_new")).toMatchObject({ tone: "unknown", word: "brand new" });
    }
  });

  it("never gives an unknown state the tone of a good one", () => {
    for (const words of Object.values(vocabulary)) {
      for (const [state, { tone }] of Object.entries(words)) {
        if (state === "unknown") expect(tone).toBe("unknown");
      }
    }
  });
});
