import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { adapterPages } from "#lib/adapters/reference-page.ts";
import { adapterDescriptions } from "#lib/adapters/registry.ts";

const docs = path.resolve(import.meta.dirname, "..", "..", "docs");
const read = (name: string): string => fs.readFileSync(path.join(docs, name), "utf8");

it("The adapter pages are those of the code; if not, run node bin/generate/adapters-reference.ts", () => {
  const pages = adapterPages(adapterDescriptions());
  for (const [name, page] of Object.entries(pages)) expect(read(name), name).toBe(page);
  const known = Object.keys(pages).filter((name) => name.startsWith("adapters/"));
  expect(fs.readdirSync(path.join(docs, "adapters")).map((name) => `adapters/${name}`)).toEqual(known.sort());
});

it("names every setting, secret and operation, and says how each adapter was proved", () => {
  for (const { id, settings, secrets, operations, proof } of adapterDescriptions()) {
    const page = read(`adapters/${id}.md`);
    expect(page).toContain(proof.against);
    const named = [...Object.keys(settings["properties"] ?? {}), ...operations.map((one) => one.id)];
    for (const name of [...named, ...Object.keys(secrets).filter((one) => one !== "*")])
      expect(page, name).toContain(`| \`${name}\` |`);
  }
});
