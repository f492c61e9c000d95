import fs from "node:fs";
import path from "node:path";
import { playbookJsonSchema } from "#lib/queries/playbook/json-schema.ts";

const file = path.resolve(import.meta.dirname, "..", "..", "public", "schemas", "playbook.json");
fs.mkdirSync(path.dirname(file), { recursive: true });
fs.writeFileSync(file, playbookJsonSchema());
console.log(`Wrote ${file}`);
