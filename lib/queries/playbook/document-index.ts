import fs from "node:fs/promises";
import path from "node:path";
import { DocumentIndex } from "#lib/domain/playbook-coverage.ts";
import { readYaml } from "#lib/platform/yaml.ts";

const folder = path.resolve(import.meta.dirname, "..", "..", "playbooks");

/** The index of the document that a built-in playbook carries. Throws where there is none, or a faulty one. */
export async function documentIndexOf(id: string): Promise<DocumentIndex> {
  const read = readYaml(await fs.readFile(path.join(folder, id, "document.yaml"), "utf8"));
  if (!read.ok) throw new Error(`${id}/document.yaml: ${JSON.stringify(read.faults)}`);
  return DocumentIndex.parse(read.value);
}
