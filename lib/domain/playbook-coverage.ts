import { z } from "zod";
import type { Playbook } from "#lib/domain/playbook.ts";
import { Line, listOf, Source } from "#lib/domain/playbook-words.ts";

/** Every heading of a team's document in its order, and under each whatever says a rule, by short names. */
export const DocumentIndex = z
  .strictObject({
    document: Line,
    headings: z
      .array(z.strictObject({ heading: Source, rows: listOf(Source, 100) }))
      .min(1)
      .max(300),
  })
  .superRefine((index, context) => {
    const names = entriesOf(index);
    for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at))) {
      context.addIssue({ code: "custom", path: ["headings"], message: `"${name}" stands there twice.` });
    }
  });
export type DocumentIndex = z.infer<typeof DocumentIndex>;

/** The ids of what carries an entry, and why it is carried differently. Both empty: only what stands below it is carried. */
type Carried = { parts: string[]; because: string[] };
type CoveredHeading = { heading: string; carried: Carried; rows: { row: string; carried: Carried }[] };

export type Coverage = {
  headings: CoveredHeading[];
  /** What the document does not say, by the reason that the playbook gives. */
  added: { source: string; parts: string[] }[];
  /** Faults: entries of the document that nothing carries. */
  uncarried: string[];
  /** Faults: sources that name no entry of the document, with the part that names them. */
  unnamed: { source: string; part: string }[];
};

/**
 * How the playbook carries its document. A source names the entry that it equals, or begins with up to a comma; "; "
 * stands between two names. What begins with "Lastgood" is not the document's. Pure.
 */
export function coverageOf(playbook: Playbook, index: DocumentIndex): Coverage {
  const entries = new Map(entriesOf(index).map((name) => [name, nothing()]));
  const added = new Map<string, string[]>();
  const unnamed: Coverage["unnamed"] = [];
  const carry = (source: string, part: string, how: (carried: Carried) => string[], what: string) => {
    for (const name of source.split("; ")) {
      const entry = entries.get(namedBy(name, entries));
      if (entry) how(entry).push(what);
      else unnamed.push({ source: name, part });
    }
  };
  for (const { source, part } of sourcesOf(playbook, [])) {
    if (!source.startsWith("Lastgood")) carry(source, part, (entry) => entry.parts, part);
    else added.set(source, [...(added.get(source) ?? []), part]);
  }
  for (const [at, { section, row, because }] of playbook.carriedDifferently.entries()) {
    const name = row === undefined ? section : `${section}, ${row}`;
    carry(name, `carriedDifferently.${at}`, (entry) => entry.because, because);
  }
  const carriedAt = [...entries].filter(([, carried]) => !isEmpty(carried)).map(([name]) => name);
  return {
    headings: index.headings.map(({ heading, rows }) => ({
      heading,
      carried: entries.get(heading) ?? nothing(),
      rows: rows.map((row) => ({ row, carried: entries.get(`${heading}, ${row}`) ?? nothing() })),
    })),
    added: [...added].map(([source, parts]) => ({ source, parts })),
    uncarried: [...entries.keys()].filter((name) => !carriedAt.some((one) => isWithin(one, name))),
    unnamed,
  };
}

function nothing(): Carried {
  return { parts: [], because: [] };
}

function isEmpty(carried: Carried): boolean {
  return carried.parts.length === 0 && carried.because.length === 0;
}

function entriesOf(index: DocumentIndex): string[] {
  return index.headings.flatMap(({ heading, rows }) => [heading, ...rows.map((row) => `${heading}, ${row}`)]);
}

function isWithin(name: string, entry: string): boolean {
  return name === entry || name.startsWith(`${entry}, `);
}

/** The closest entry that a source names; the source itself where there is none. */
function namedBy(source: string, entries: ReadonlyMap<string, unknown>): string {
  let closest = "";
  for (const entry of entries.keys()) {
    if (entry.length > closest.length && isWithin(source, entry)) closest = entry;
  }
  return closest === "" ? source : closest;
}

function sourcesOf(value: unknown, path: readonly string[]): { source: string; part: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const own =
    "source" in value && typeof value.source === "string"
      ? [{ source: value.source, part: path.join(".") }]
      : [];
  const below = Object.entries(value).flatMap(([key, child]) =>
    sourcesOf(child, [...path, Array.isArray(value) ? labelOf(child, key) : key]),
  );
  return [...own, ...below];
}

function labelOf(part: unknown, index: string): string {
  if (typeof part !== "object" || part === null) return index;
  for (const name of ["id", "urgency", "level", "role"]) {
    const label: unknown = name in part ? part[name as keyof typeof part] : undefined;
    if (typeof label === "string" || typeof label === "number") return String(label);
  }
  return index;
}
