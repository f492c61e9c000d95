import { describe, expect, it } from "vitest";
import { factSentence, factText, parseFact } from "#components/wizard/fact-text.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";

const common = { id: "fact", question: "?", source: "Section" };
const rate: FactDefinition = { ...common, type: "rate", unit: "%" };
const latency: FactDefinition = { ...common, type: "latency", unit: "ms" };
const duration: FactDefinition = { ...common, type: "duration", unit: "s" };
const count: FactDefinition = { ...common, type: "count", unit: "checks in a row" };
const multiple: FactDefinition = { ...common, type: "multiple", unit: "×" };
const yesNo: FactDefinition = { ...common, type: "yes_no" };
const choice: FactDefinition = {
  ...common,
  type: "choice",
  options: [
    { value: "slow", label: "Slow answers" },
    { value: "errors", label: "Errors" },
  ],
};

describe("what is typed into a fact's field", () => {
  it.each([
    [rate, "18.4", 18.4],
    [rate, " 18,4 % ", 18.4],
    [rate, "0", 0],
    [latency, "850", 850],
    [latency, "850 ms", 850],
    [latency, "3 s", 3000],
    [duration, "90", 90],
    [duration, "5 min", 300],
    [duration, "4 m 12 s", 252],
    [duration, "2h", 7200],
    [count, "3", 3],
    [count, "3 checks in a row", 3],
    [multiple, "2.5 x", 2.5],
    [yesNo, "yes", true],
    [yesNo, "no", false],
    [choice, "slow", "slow"],
  ] as const)("%#: reads %o %j as %o", (definition, text, value) => {
    expect(parseFact(definition, text)).toEqual({ value, fault: null });
  });

  it("is not known when it is empty, which is not a fault", () => {
    expect(parseFact(rate, "  ")).toEqual({ value: null, fault: null });
  });

  it.each([
    [rate, "a lot"],
    [rate, "101"],
    [rate, "-1"],
    [rate, "1e3"],
    [rate, "1.234,5"],
    [latency, "3 min"],
    [duration, "5 weeks"],
    [duration, "5 min later"],
    [count, "1.5"],
    [yesNo, "maybe"],
    [choice, "other"],
  ] as const)("%#: says why %o %j does not answer", (definition, text) => {
    const { value, fault } = parseFact(definition, text);
    expect(value).toBeNull();
    expect(fault).toMatch(/\w/);
  });

  it.each([
    [rate, 18.4],
    [duration, 252],
    [yesNo, false],
    [choice, "errors"],
  ] as const)("%#: reads back what %o shows for %o", (definition, value) => {
    expect(parseFact(definition, factText(value)).value).toBe(value);
  });
});

describe("a fact in a sentence", () => {
  it("names what was measured with its unit", () => {
    expect(factSentence({ ...rate, id: "error_rate" }, 18.4)).toBe("error rate 18.4 %");
  });
  it("says what was chosen in the words of the choice", () => {
    expect(factSentence(choice, "slow")).toBe("Slow answers");
  });
});
