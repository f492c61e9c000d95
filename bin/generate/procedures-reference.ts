import fs from "node:fs";
import path from "node:path";
import { procedureRows, proceduresPage } from "./procedures-page.ts";

const file = path.resolve(import.meta.dirname, "..", "..", "docs", "procedures.md");
fs.writeFileSync(file, proceduresPage(await procedureRows()));
console.log("Wrote docs/procedures.md");
