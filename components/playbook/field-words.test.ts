import { expect, it } from "vitest";
import { fieldWords } from "#components/playbook/field-words.ts";
import { smallPlaybook } from "#lib/domain/playbook.fixture.ts";

const { facts } = smallPlaybook();

it.each([
  ["title", "Back", "Back"],
  ["deadlineMinutes", null, "none"],
  ["deadlineMinutes", 0, "0"],
  ["required", true, "yes"],
  ["required", false, "no"],
  ["order", ["back", "forth"], "back, forth"],
  ["procedures", [], "none"],
  ["minutes", { from: 1, to: 2 }, '{"from":1,"to":2}'],
  ["when", { fact: "errors", above: 5 }, "errors above 5 %"],
  ["by.when", { not: { fact: "outage", is: true } }, "not: outage"],
  ["when", "no condition", "no condition"],
] as const)("%s %j is said as %s", (path, value, words) => {
  expect(fieldWords(path, structuredClone(value) as never, facts)).toBe(words);
});
