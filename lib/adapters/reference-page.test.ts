import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { adaptersReference } from "#lib/adapters/reference-page.ts";
import { adapterDescriptions } from "#lib/adapters/registry.ts";

const file = path.resolve(import.meta.dirname, "..", "..", "docs", "adapters.md");

it("The adapter reference is that of the code; if not, run node bin/generate/adapters-reference.ts", () => {
  expect(fs.readFileSync(file, "utf8")).toBe(adaptersReference(adapterDescriptions()));
});

it("names every setting, secret and operation, and says how each adapter was proved", () => {
  const page = fs.readFileSync(file, "utf8");
  for (const { id, settings, secrets, operations, proof } of adapterDescriptions()) {
    const section = page.split(`\n## ${id}\n`)[1]?.split("\n## ")[0] ?? "";
    expect(section).toContain(proof.against);
    const named = [...Object.keys(settings["properties"] ?? {}), ...operations.map((one) => one.id)];
    for (const name of [...named, ...Object.keys(secrets).filter((one) => one !== "*")])
      expect(section, name).toContain(`| \`${name}\` |`);
  }
});
