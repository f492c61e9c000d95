import { expect, it } from "vitest";
import { renderTemplate, templatesOf } from "#lib/adapters/langchain/template.ts";

it("fills f-strings, with doubled braces as braces", () => {
  expect(renderTemplate("Hi {name}, {{json}} {n:>3}", "f-string", { name: "Ada", n: 1 })).toBe(
    "Hi Ada, {json} 1",
  );
});

it.each([
  ["a\n{missing}", "f-string", "line 2: no value for the variable missing"],
  ["{name", "f-string", "line 1: a { is never closed"],
  ["name}", "f-string", "line 1: a single }"],
  ["{}", "f-string", "is no variable"],
  ["{a.b}", "f-string", "is no variable"],
  ["{{missing}}", "mustache", "no value for the variable missing"],
  ["{{#list}}x", "mustache", "never closed"],
  ["x{{/list}}", "mustache", "closes nothing"],
  ["{{name", "mustache", "not whole"],
  ["{{> part}}", "mustache", "partial"],
  ["{{constructor}}", "mustache", "no value for the variable constructor"],
] as const)("says of %j (%s) what is wrong: %s", (template, format, said) => {
  expect(() => renderTemplate(template, format, { name: "Ada", list: [1] })).toThrow(said);
});

it("fills mustache: variables, paths, sections, inverted ones, comments", () => {
  const template =
    "{{a.b}}{{{c}}}{{& c}}{{! no }}{{#list}}<{{.}}>{{/list}}{{^none}}empty{{/none}}{{#o}}{{p}}{{c}}{{/o}}";
  const variables = { a: { b: 1 }, c: "x", list: [1, 2], none: [], o: { p: "q" } };
  expect(renderTemplate(template, "mustache", variables)).toBe("1xx<1><2>emptyqx");
});

it("finds every template of a chat prompt's manifest", () => {
  const prompt = (template: string, template_format: string) => ({
    kwargs: { prompt: { kwargs: { template, template_format } } },
  });
  const manifest = { lc: 1, kwargs: { messages: [prompt("{a}", "f-string"), prompt("{{b}}", "mustache")] } };
  expect(templatesOf(manifest)).toEqual([
    { template: "{a}", format: "f-string" },
    { template: "{{b}}", format: "mustache" },
  ]);
});
