import fs from "node:fs";
import path from "node:path";
import { coverageMarkdown } from "#lib/domain/playbook-coverage.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const folder = path.resolve(import.meta.dirname, "..", "..", "docs", "playbooks");
fs.mkdirSync(folder, { recursive: true });
for (const { id, source } of await builtInPlaybooks()) {
  const parsed = parsePlaybook(source);
  if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.faults)}`);
  fs.writeFileSync(path.join(folder, `${id}.md`), coverageMarkdown(parsed.playbook));
  console.log(`Wrote docs/playbooks/${id}.md`);
}
