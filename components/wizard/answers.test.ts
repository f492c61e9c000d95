import { describe, expect, it } from "vitest";
import { answersOf, knownOf, questionsOf } from "#components/wizard/answers.ts";
import type { FactDefinition } from "#lib/domain/fact.ts";

const common = { question: "?", source: "Section" };
const definitions: FactDefinition[] = [
  { ...common, id: "errors", type: "rate", unit: "%", signal: "errors", heldFor: "errors_for" },
  { ...common, id: "errors_for", type: "duration", unit: "s" },
  { ...common, id: "outage", type: "yes_no" },
];
const at = "2026-03-02T03:40:00.000Z";
const now = Date.parse(at) + 8000;
const measured = { facts: { errors: 18.4 }, measuredAt: { errors: at } };

describe("answers to a playbook's questions", () => {
  it("begin with what was measured", () => {
    const [errors] = answersOf(definitions, {}, measured, now);
    expect(errors).toMatchObject({ text: "18.4", value: 18.4, by: "signal" });
  });

  it("keep what a person typed when a new measurement comes", () => {
    const newer = { facts: { errors: 2 }, measuredAt: { errors: at } };
    const [errors] = answersOf(definitions, { errors: "40" }, newer, now);
    expect(errors).toMatchObject({ text: "40", value: 40, by: "person", measured: { value: 2 } });
  });

  it("stay not known when a person says so, whatever was measured", () => {
    const answers = answersOf(definitions, { errors: "" }, measured, now);
    expect(knownOf(answers)).toEqual({});
  });

  it("do not count a measurement that has grown old", () => {
    const answers = answersOf(definitions, {}, measured, now + 120_000);
    expect(answers[0]).toMatchObject({ by: "nobody", measured: null, value: null });
  });

  it("decide nothing from what does not answer its question", () => {
    const answers = answersOf(definitions, { errors: "a lot", outage: "no" }, measured, now);
    expect(answers[0]?.fault).toContain("between 0 and 100");
    expect(knownOf(answers)).toEqual({ outage: false });
  });

  it("ask for how long together with what it is about", () => {
    const questions = questionsOf(answersOf(definitions, {}, measured, now));
    expect(questions.map(({ answer }) => answer.definition.id)).toEqual(["errors", "outage"]);
    expect(questions[0]?.lasting?.definition.id).toBe("errors_for");
    expect(questions[1]?.lasting).toBeNull();
  });
});
