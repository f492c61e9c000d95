import { describe, expect, it } from "vitest";
import type { Template } from "#lib/domain/playbook-template.ts";
import { openPlaces, updateTemplates, updateText } from "#lib/domain/update-text.ts";

const template = (id: string, moment: Template["moment"], body: string, names: string[]): Template => ({
  id,
  title: id,
  moment,
  body,
  placeholders: names.map((name) => ({ name, meaning: `What ${name} means` })),
  source: "S",
});
const started = template("started", "started", "{{issue}} ({{severity}}), back in {{eta}}", [
  "issue",
  "severity",
  "eta",
]);
const done = template("done", "succeeded", "Back on {{version}} after {{duration}}", ["version", "duration"]);
const review = template("review", "post_mortem", "{{issue}}", ["issue"]);
const templates = [started, done, review];
const rollback = (outcome: "succeeded" | null) => ({
  to: "2.3.0",
  outcome,
  startedAt: "2026-03-01T03:00:00.000Z",
  endedAt: outcome && "2026-03-01T03:04:30.000Z",
});
const incident = {
  number: "INC-7",
  title: "Checkout answers with errors",
  severity: "P0" as const,
  serviceName: "Checkout",
  rollbacks: [rollback("succeeded")],
};

describe("The templates of an update", () => {
  it("stand in the order that fits how the incident stands, without those of the post-mortem", () => {
    expect(updateTemplates({ templates }, "rolling_back").map((one) => one.id)).toEqual(["started", "done"]);
    expect(updateTemplates({ templates }, "monitoring").map((one) => one.id)).toEqual(["done", "started"]);
  });

  it("take what is on record, and keep the places that only a person can fill", () => {
    expect(updateText(started, incident)).toBe("Checkout answers with errors (P0), back in {{eta}}");
    expect(updateText(done, incident)).toBe("Back on 2.3.0 after 4 min 30 s");
    expect(updateText(done, { ...incident, rollbacks: [rollback(null)] })).toBe(
      "Back on 2.3.0 after {{duration}}",
    );
    expect(updateText(done, { ...incident, rollbacks: [] })).toBe("Back on {{version}} after {{duration}}");
  });

  it("take a title that looks like a place as text", () => {
    expect(updateText(started, { ...incident, title: "{{eta}} $& {{severity}}" })).toBe(
      "{{eta}} $& {{severity}} (P0), back in {{eta}}",
    );
  });

  it("tell which places are open and what they mean", () => {
    expect(openPlaces("Back in {{eta}}, says {{who}}", templates)).toEqual([
      { name: "eta", meaning: "What eta means" },
      { name: "who", meaning: null },
    ]);
    expect(openPlaces("Back in 5 minutes", templates)).toEqual([]);
  });
});
