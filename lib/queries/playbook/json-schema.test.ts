import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { playbookJsonSchema } from "#lib/queries/playbook/json-schema.ts";

const file = path.resolve(import.meta.dirname, "..", "..", "..", "public", "schemas", "playbook.json");

it("The published schema is that of the code; if not, run node bin/generate/playbook-schema.ts", () => {
  expect(fs.readFileSync(file, "utf8")).toBe(playbookJsonSchema());
});
