import { describe, expect, it } from "vitest";
import { conditionWords } from "#components/playbook/condition-words.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";

const facts: FactDefinition[] = [
  { id: "error_rate", type: "rate", unit: "%", question: "?", source: "s" },
  { id: "critical_bug", type: "yes_no", question: "?", source: "s" },
  {
    id: "symptom",
    type: "choice",
    question: "?",
    options: [
      { value: "slow", label: "Slow answers" },
      { value: "none", label: "None" },
    ],
    source: "s",
  },
];

describe("a condition in words", () => {
  it("says threshold, unit and duration", () => {
    expect(conditionWords({ fact: "error_rate", above: 5, for: { atLeast: 120 } }, facts)).toBe(
      "error rate above 5 % for 2 min",
    );
    expect(conditionWords({ fact: "error_rate", atLeast: 1, below: 5, for: { moreThan: 45 } }, facts)).toBe(
      "error rate at least 1 % and below 5 % for more than 45 s",
    );
  });

  it("says yes, no and choices by their labels", () => {
    expect(conditionWords({ fact: "critical_bug", is: true }, facts)).toBe("critical bug");
    expect(conditionWords({ fact: "critical_bug", is: false }, facts)).toBe("not critical bug");
    expect(conditionWords({ fact: "symptom", is: "slow" }, facts)).toBe("symptom is “Slow answers”");
  });

  it("keeps what belongs together in brackets", () => {
    expect(
      conditionWords(
        {
          all: [
            { fact: "critical_bug", is: false },
            {
              any: [
                { fact: "error_rate", above: 5 },
                { fact: "symptom", oneOf: ["slow", "none"] },
              ],
            },
          ],
        },
        facts,
      ),
    ).toBe("not critical bug and (error rate above 5 % or symptom is “Slow answers” or “None”)");
    expect(conditionWords({ not: { fact: "error_rate", above: 5 } }, facts)).toBe(
      "not: error rate above 5 %",
    );
    expect(conditionWords({ always: true }, facts)).toBe("always");
  });
});
