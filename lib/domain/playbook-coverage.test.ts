import { describe, expect, it } from "vitest";
import { smallDocument, smallPlaybook } from "#lib/domain/playbook.fixture.ts";
import type { PlaybookInput } from "#lib/domain/playbook.ts";
import { coverageMarkdown } from "#lib/domain/playbook-coverage-markdown.ts";
import { coverageOf, DocumentIndex } from "#lib/domain/playbook-coverage.ts";

const indexOf = (headings: Record<string, string[]>) =>
  DocumentIndex.parse({
    document: "Document",
    headings: Object.entries(headings).map(([heading, rows]) => ({ heading, rows })),
  });

/** The small playbook, all of whose parts come from "Section", with other sources for its first fact and its monitoring. */
function from(fact: string, monitoring: string, more: Partial<PlaybookInput> = {}) {
  const [errors, ...others] = smallDocument.facts;
  if (!errors) throw new Error("The fixture has a fact.");
  return smallPlaybook({
    facts: [{ ...errors, source: fact }, ...others],
    monitoring: { seconds: 0, source: monitoring },
    ...more,
  });
}

describe("The coverage of a document", () => {
  it("says row by row which part carries it", () => {
    const coverage = coverageOf(
      from("Triggers, Errors", "Triggers"),
      indexOf({ Section: [], Triggers: ["Errors"] }),
    );
    expect(coverage).toMatchObject({ uncarried: [], unnamed: [], added: [] });
    expect(coverage.headings[1]).toEqual({
      heading: "Triggers",
      carried: { parts: ["monitoring"], because: [] },
      rows: [{ row: "Errors", carried: { parts: ["facts.errors"], because: [] } }],
    });
  });

  it("finds what nobody carries", () => {
    const index = indexOf({ Section: ["Row"], Empty: [], "Empty, Below": [] });
    expect(coverageOf(smallPlaybook(), index).uncarried).toEqual(["Section, Row", "Empty", "Empty, Below"]);
  });

  it("takes a heading for carried when something below it is, and never the other way round", () => {
    const index = indexOf({ Section: [], Above: ["Row"], "Above, Below": [] });
    const { uncarried } = coverageOf(from("Above, Below", "Section"), index);
    expect(uncarried).toEqual(["Above, Row"]);
    expect(coverageOf(from("Above", "Section"), index).uncarried).toEqual(["Above, Row", "Above, Below"]);
  });

  it("finds sources that name nothing, each name of a list by itself", () => {
    const { unnamed, uncarried } = coverageOf(
      from("Section; Nowhere", "Sections"),
      indexOf({ Section: [], Other: [] }),
    );
    expect(unnamed).toEqual([
      { source: "Nowhere", part: "facts.errors" },
      { source: "Sections", part: "monitoring" },
    ]);
    expect(uncarried).toEqual(["Other"]);
  });

  it("takes the closest name, and the rest of it for a remark", () => {
    const { headings } = coverageOf(
      from("A, B, in passing", "A, elsewhere"),
      indexOf({ Section: [], A: ["B"] }),
    );
    expect(headings[1]).toMatchObject({
      carried: { parts: ["monitoring"] },
      rows: [{ carried: { parts: ["facts.errors"] } }],
    });
  });

  it("lists apart what Lastgood adds", () => {
    const { added, unnamed } = coverageOf(from("Lastgood; it is open", "Section"), indexOf({ Section: [] }));
    expect(added).toEqual([{ source: "Lastgood; it is open", parts: ["facts.errors"] }]);
    expect(unnamed).toEqual([]);
  });

  it("says why an entry is carried differently, and refuses reasons for what does not exist", () => {
    const carriedDifferently = [
      { section: "History", because: "Metadata." },
      { section: "Steps", row: "Undo", because: "Unsafe." },
      { section: "Nowhere", because: "Gone." },
    ];
    const coverage = coverageOf(
      from("Section", "Section", { carriedDifferently }),
      indexOf({ Section: [], History: [], Steps: ["Undo"] }),
    );
    expect(coverage.uncarried).toEqual([]);
    expect(coverage.unnamed).toEqual([{ source: "Nowhere", part: "carriedDifferently.2" }]);
    expect(coverage.headings[2]?.rows[0]?.carried.because).toEqual(["Unsafe."]);
  });

  it("is refused an index in which a name stands twice", () => {
    expect(() => indexOf({ A: ["B", "B"] })).toThrow("twice");
    expect(() => indexOf({ A: ["B"], "A, B": [] })).toThrow("twice");
    expect(() => DocumentIndex.parse({ document: "D", headings: [{ heading: "A", row: [] }] })).toThrow();
  });

  it("is printed heading by heading, row by row", () => {
    const page = coverageMarkdown(
      from("Section, Row", "Lastgood", {
        carriedDifferently: [{ section: "History", because: "Metadata." }],
      }),
      indexOf({ Section: ["Row"], History: [] }),
    );
    expect(page).toContain("| Section | Row | facts.errors | – |\n| History | – | – | Metadata. |");
    expect(page).toContain("## Added by Lastgood");
    expect(page).toContain("| Lastgood | monitoring |");
  });
});
