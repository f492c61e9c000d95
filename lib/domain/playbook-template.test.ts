import { describe, expect, it } from "vitest";
import { fillTemplate, placeholdersOf, Template } from "#lib/domain/playbook-template.ts";

const make = (body: string, ...names: string[]) =>
  Template.safeParse({
    id: "t",
    title: "T",
    moment: "started",
    body,
    placeholders: names.map((name) => ({ name, meaning: name })),
    source: "S",
  });

describe("A message template", () => {
  it("declares exactly the places that it uses", () => {
    expect(make("{{a}} and {{b}}", "a", "b").success).toBe(true);
    expect(make("{{a}} and {{b}}", "a").success).toBe(false);
    expect(make("{{a}}", "a", "b").success).toBe(false);
    expect(placeholdersOf("{{a}} {{a}} {{ b }} {{C}}")).toEqual(["a"]);
  });

  it("puts values in once, so that a value cannot become a place", () => {
    const template = make("{{a}} {{b}}", "a", "b").data;
    if (!template) throw new Error("refused");
    expect(fillTemplate(template, { a: "{{b}}", b: "$& x" })).toEqual({ text: "{{b}} $& x", missing: [] });
    expect(fillTemplate(template, { a: "1" })).toEqual({ text: "1 {{b}}", missing: ["b"] });
  });
});
