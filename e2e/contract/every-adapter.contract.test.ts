import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { adapters } from "#lib/adapters/registry.ts";

const folders = [import.meta.dirname, path.resolve(import.meta.dirname, "../targets")];

it("every adapter of the registry has the contract suite run over it, and an id of its own", () => {
  const ids = adapters.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const sources = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => readFileSync(path.join(folder, name), "utf8")),
  );
  const without = ids.filter((id) => !sources.some((source) => source.includes(`contractSuite("${id}"`)));
  expect(without).toEqual([]);
});
