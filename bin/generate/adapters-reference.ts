import fs from "node:fs";
import path from "node:path";
import { adaptersReference } from "#lib/adapters/reference-page.ts";
import { adapterDescriptions } from "#lib/adapters/registry.ts";

const file = path.resolve(import.meta.dirname, "..", "..", "docs", "adapters.md");
fs.writeFileSync(file, adaptersReference(adapterDescriptions()));
console.log("Wrote docs/adapters.md");
