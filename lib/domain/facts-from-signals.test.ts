import { describe, expect, it } from "vitest";
import { factsFromSignals, freshMs, historyFor, type Sample } from "#lib/domain/facts-from-signals.ts";
import { smallDocument, smallPlaybook } from "#lib/domain/playbook.fixture.ts";

const now = new Date("2026-03-02T03:40:00.000Z");
const first = smallDocument.matrices[0];
if (!first?.rows[0]) throw new Error("The fixture has a row.");
const row = first.rows[0];
const playbook = smallPlaybook({
  matrices: [
    {
      ...first,
      rows: [
        { ...row, when: { fact: "errors", above: 5, for: { atLeast: 120 } } },
        { ...row, id: "errors-severe", when: { fact: "errors", above: 50, for: { atLeast: 30 } } },
      ],
    },
  ],
});

const every5Seconds = (values: number[]): Sample[] =>
  values.map((value, index) => ({
    name: "errors",
    value,
    unit: "percent",
    at: new Date(now.getTime() - index * 5000).toISOString(),
  }));

describe("facts answered by signals", () => {
  it("takes the newest value and says when it was measured", () => {
    const { facts, measuredAt } = factsFromSignals(playbook, every5Seconds([7, 3]), now);
    expect(facts["errors"]).toBe(7);
    expect(measuredAt["errors"]).toBe(now.toISOString());
  });

  it("turns a fraction into the per cent that the playbook asks for", () => {
    const sample = { name: "errors", value: 0.184, unit: "fraction", at: now.toISOString() };
    expect(factsFromSignals(playbook, [sample], now).facts["errors"]).toBe(18.4);
  });

  it("leaves a fact unknown when the newest signal is older than two minutes", () => {
    const later = new Date(now.getTime() + freshMs + 1000);
    expect(factsFromSignals(playbook, every5Seconds([7]), later).facts).toEqual({});
  });

  it("answers for how long a crossed threshold has held", () => {
    const { facts } = factsFromSignals(playbook, every5Seconds([9, 8, 7, 1]), now);
    expect(facts["errors_for"]).toBe(10);
  });

  it("answers the shortest time where several thresholds are crossed", () => {
    const { facts } = factsFromSignals(playbook, every5Seconds([60, 60, 20, 20, 1]), now);
    expect(facts["errors_for"]).toBe(5);
  });

  it("starts a duration anew after one good value, and after a silence", () => {
    const key = "errors above 5";
    const held = (samples: Sample[]) => factsFromSignals(playbook, samples, now).sustainedFor[key];
    expect(held(every5Seconds([9, 9, 9, 9, 9]))).toBe(20);
    expect(held(every5Seconds([9, 9, 5, 9, 9]))).toBe(5);
    const [newest, older] = every5Seconds([9, 9]);
    if (!newest || !older) throw new Error("There are two.");
    const ago = (seconds: number) => ({
      ...older,
      at: new Date(now.getTime() - seconds * 1000).toISOString(),
    });
    expect(held([newest, ago(120)])).toBe(120);
    expect(held([newest, ago(121)])).toBe(0);
  });

  it("measures each threshold by itself, and none that does not hold", () => {
    const { sustainedFor } = factsFromSignals(playbook, every5Seconds([60, 60, 20, 20, 1]), now);
    expect(sustainedFor).toEqual({ "errors above 5": 15, "errors above 50": 5 });
    expect(factsFromSignals(playbook, every5Seconds([4, 60]), now).sustainedFor).toEqual({});
  });

  it("does not say for how long where nothing is crossed", () => {
    expect(factsFromSignals(playbook, every5Seconds([1, 1]), now).facts).toEqual({ errors: 1 });
  });
});

describe("the history beside a set of answers", () => {
  const measured = factsFromSignals(playbook, every5Seconds([60, 55, 7, 7]), now);

  it("tells of each threshold for how long it has held, where one answer could only tell the shortest", () => {
    expect(measured.facts["errors_for"]).toBe(5);
    expect(historyFor(playbook, measured.facts, measured)).toMatchObject({
      "errors above 5": 15,
      "errors above 50": 5,
    });
    expect(historyFor(playbook, { errors: 60 }, measured)).toEqual(measured.sustainedFor);
  });

  it("is silent where a person says for how long", () => {
    expect(historyFor(playbook, { errors: 60, errors_for: 600 }, measured)).toEqual({});
    expect(historyFor(playbook, { errors: 60, errors_for: 30 }, measured)).not.toEqual({});
  });
});
