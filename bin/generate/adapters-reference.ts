import fs from "node:fs";
import path from "node:path";
import { adapterPages } from "#lib/adapters/reference-page.ts";
import { adapterDescriptions } from "#lib/adapters/registry.ts";

const docs = path.resolve(import.meta.dirname, "..", "..", "docs");
fs.rmSync(path.join(docs, "adapters"), { recursive: true, force: true });
fs.mkdirSync(path.join(docs, "adapters"));
for (const [name, page] of Object.entries(adapterPages(adapterDescriptions())))
  fs.writeFileSync(path.join(docs, name), page);
console.log("Wrote docs/adapters.md and docs/adapters/");
