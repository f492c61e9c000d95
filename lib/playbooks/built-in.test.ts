import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Playbook } from "#lib/domain/playbook.ts";
import { coverageMarkdown } from "#lib/domain/playbook-coverage-markdown.ts";
import { coverageOf } from "#lib/domain/playbook-coverage.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { documentIndexOf } from "#lib/queries/playbook/document-index.ts";
import { parsePlaybook } from "#lib/queries/playbook/parse-playbook.ts";

const docs = path.resolve(import.meta.dirname, "..", "..", "docs", "playbooks");
const built = await builtInPlaybooks();

describe.each(built)("The built-in playbook $id", ({ id, source }) => {
  function playbook(): Playbook {
    const parsed = parsePlaybook(source);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults, null, 2));
    return parsed.playbook;
  }

  it("stands in the folder of its id, under the title of its document", async () => {
    expect(playbook().id).toBe(id);
    expect((await documentIndexOf(id)).document).toBe(playbook().document.title);
  });

  it("carries every heading and every row of its document", async () => {
    expect(coverageOf(playbook(), await documentIndexOf(id)).uncarried).toEqual([]);
  });

  it("names only sources that its document has", async () => {
    expect(coverageOf(playbook(), await documentIndexOf(id)).unnamed).toEqual([]);
  });

  it("has a current coverage page; if not, run node bin/generate/playbook-coverage.ts", async () => {
    const page = fs.readFileSync(path.join(docs, `${id}.md`), "utf8");
    expect(page).toBe(coverageMarkdown(playbook(), await documentIndexOf(id)));
  });
});
