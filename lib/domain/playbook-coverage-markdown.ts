import type { Playbook } from "#lib/domain/playbook.ts";
import { coverageOf, type DocumentIndex } from "#lib/domain/playbook-coverage.ts";
import { document, table } from "#lib/domain/report-markdown.ts";

/** The coverage as a page: heading by heading and row by row, which part carries it, or why it is carried differently. */
export function coverageMarkdown(playbook: Playbook, index: DocumentIndex): string {
  const { headings, added } = coverageOf(playbook, index);
  const rows = headings.flatMap(({ heading, carried, rows: below }) => [
    [heading, "", ...cells(carried)],
    ...below.map(({ row, carried: how }) => [heading, row, ...cells(how)]),
  ]);
  return document([
    `# ${playbook.title}: where each part of the document stands`,
    `Made from lib/playbooks/${playbook.id} by \`node bin/generate/playbook-coverage.ts\`. Document: ${index.document}.`,
    playbook.document.note ?? "",
    table(["Heading", "Row", "Parts of the playbook", "Carried differently, because"], rows),
    added.length === 0 ? "" : "## Added by Lastgood",
    added.length === 0
      ? ""
      : table(
          ["Why", "Parts of the playbook"],
          added.map(({ source, parts }) => [source, parts.join(", ")]),
        ),
  ]);
}

function cells({ parts, because }: { parts: readonly string[]; because: readonly string[] }): string[] {
  return [parts.join(", "), because.join(" ")];
}
