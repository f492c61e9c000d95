import type { Playbook } from "#lib/domain/playbook.ts";
import { document, table } from "#lib/domain/report-markdown.ts";

/** Which parts of the playbook carry a section of the team's document. */
export type Coverage = { section: string; parts: string[] };

/** Every section that the playbook names as a source, with the parts that come from it, in the playbook's order. Pure. */
export function coverageOf(playbook: Playbook): Coverage[] {
  const sections = new Map<string, string[]>();
  collect(playbook, [], sections);
  return [...sections].map(([section, parts]) => ({ section, parts }));
}

function collect(value: unknown, path: readonly string[], into: Map<string, string[]>): void {
  if (typeof value !== "object" || value === null) return;
  const name = "source" in value && typeof value.source === "string" ? value.source : null;
  if (name !== null) into.set(name, [...(into.get(name) ?? []), path.join(".")]);
  for (const [key, child] of Object.entries(value)) {
    const label = Array.isArray(value) ? labelOf(child, key) : key;
    collect(child, [...path, label], into);
  }
}

function labelOf(part: unknown, index: string): string {
  if (typeof part !== "object" || part === null) return index;
  for (const name of ["id", "urgency", "level", "role"]) {
    const label: unknown = name in part ? part[name as keyof typeof part] : undefined;
    if (typeof label === "string" || typeof label === "number") return String(label);
  }
  return index;
}

/** The coverage as a page: which part carries which section, and what is carried differently and why. */
export function coverageMarkdown(playbook: Playbook): string {
  return document([
    `# ${playbook.title}: where each part of the document stands`,
    `Made from lib/playbooks/${playbook.id}/playbook.yaml by \`node bin/generate/playbook-coverage.ts\`. Document: ${playbook.document.title}.`,
    playbook.document.note ?? "",
    table(
      ["Section of the document", "Parts of the playbook"],
      coverageOf(playbook).map(({ section, parts }) => [section, parts.join(", ")]),
    ),
    playbook.carriedDifferently.length === 0 ? "" : "## Carried differently",
    playbook.carriedDifferently.length === 0
      ? ""
      : table(
          ["Section", "As written", "What is done and why"],
          playbook.carriedDifferently.map((one) => [one.section, one.row ?? "", one.because]),
        ),
  ]);
}
