import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { journeysIn } from "./journeys.ts";
import { procedureRows, proceduresPage } from "./procedures-page.ts";

const page = path.resolve(import.meta.dirname, "..", "..", "docs", "procedures.md");
const rows = await procedureRows();

it("Every procedure of every built-in playbook is carried out by a journey through the product", () => {
  expect(rows.length).toBeGreaterThan(30);
  const missing = rows.filter(({ journeys }) => journeys.length === 0);
  expect(missing.map(({ playbook, procedure }) => `${playbook} ${procedure.id}`)).toEqual([]);
  const nowhere = rows.filter(({ journeys }) => journeys.every(({ adapters }) => adapters.length === 0));
  expect(nowhere.map(({ playbook, procedure }) => `${playbook} ${procedure.id}`)).toEqual([]);
});

it("The page of procedures is that of the tests; if not, run node bin/generate/procedures-reference.ts", () => {
  expect(fs.readFileSync(page, "utf8")).toBe(proceduresPage(rows));
});

describe("journeys are found", () => {
  const found = (text: string): string[] =>
    journeysIn("one.test.ts", `${text}\nfollowJourney(client, prepared);`).map(
      ({ playbook, procedure, adapters }) => [playbook, procedure, ...adapters].join(" "),
    );
  const journey = `const journey = { playbook: "p", procedure, targets: [{ adapter: kind }] };`;

  it("by their literals", () => {
    const text = `it("a", async () => { await go({ playbook: "p", procedure: "a", targets: [{ adapter: "etcd" as const }] }); });`;
    expect(found(text)).toEqual(["p a etcd"]);
  });

  it("by the rows of a table, as lists and as objects", () => {
    const lists = `describe.each(["x", "y"] as const)("%s", (kind) => { it.each([["a", 1], ["b", 2]])("%s", async (procedure, at) => { ${journey} }); });`;
    expect(found(lists)).toEqual(["p a x y", "p b x y"]);
    const objects = `it.each([{ playbook: "p", procedure: "a", kind: "x" }, { playbook: "q", procedure: "b", kind: "y" }])("$procedure", async ({ playbook, procedure, kind: adapter }) => { go({ playbook, procedure, target: { adapter } }); });`;
    expect(found(objects)).toEqual(["p a x y", "q b x y"]);
  });

  it("by the calls of a function that makes them, each with its own arguments", () => {
    const made = `const journeyOf = (procedure: string, kind: string) => { ${journey} };`;
    expect(found(`${made} it("a", () => journeyOf("a", "x")); it("b", () => journeyOf("b", "y"));`)).toEqual([
      "p a x",
      "p b y",
    ]);
    const given = `function journeyOf({ procedure, kind }: { procedure: string; kind: string }) { ${journey} }`;
    expect(found(`${given} it("a", () => journeyOf({ procedure: "a", kind: "x" }));`)).toEqual(["p a x"]);
  });

  it("and not where nothing carries them out: skipped, outside of a test, in a file that follows none", () => {
    const text = `go({ playbook: "p", procedure: "a" });`;
    expect(found(`it.skip("a", () => { ${text} });`)).toEqual([]);
    expect(found(`describe.skip("a", () => { it("b", () => { ${text} }); });`)).toEqual([]);
    expect(found(`it.todo("a"); ${text}`)).toEqual([]);
    expect(journeysIn("one.test.ts", `it("a", () => { ${text} });`)).toEqual([]);
  });
});
