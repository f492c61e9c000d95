import fs from "node:fs";
import path from "node:path";
import { coverageMarkdown } from "#lib/domain/playbook-coverage-markdown.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { documentIndexOf } from "#lib/queries/playbook/document-index.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const folder = path.resolve(import.meta.dirname, "..", "..", "docs", "playbooks");
/** Without an id: all of them. */
const [only] = process.argv.slice(2);
fs.mkdirSync(folder, { recursive: true });
for (const { id, source } of await builtInPlaybooks()) {
  if (only !== undefined && only !== id) continue;
  const parsed = parsePlaybook(source);
  if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.faults)}`);
  fs.writeFileSync(
    path.join(folder, `${id}.md`),
    coverageMarkdown(parsed.playbook, await documentIndexOf(id)),
  );
  console.log(`Wrote docs/playbooks/${id}.md`);
}
