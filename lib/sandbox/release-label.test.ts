import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkoutProduction } from "./fleet.ts";
import { colourOfPatch, labelled, nextPatch, relabel } from "./release-label.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "lastgood-labels-"));

it("a release goes by the version under which it was last deployed, in every process that reads it", () => {
  const dataDir = folder();
  const [proxy, service] = [labelled(dataDir, checkoutProduction), labelled(dataDir, checkoutProduction)];
  expect(proxy.releases.green.version).toBe("2.4.0");
  relabel(dataDir, checkoutProduction, "green", "2.4.1");
  expect(proxy.releases.green.version).toBe("2.4.1");
  expect(service.releases.green.version).toBe("2.4.1");
  expect(service.releases.blue.version).toBe("2.3.0");
});

it("the next patch is one more", () => {
  expect(nextPatch("2.4.9")).toBe("2.4.10");
});

it.each([
  ["2.4.1", "green"],
  ["2.3.7", "blue"],
  ["2.4.0", null],
  ["2.5.0", null],
  ["9.9.9; rm -rf /", null],
  ["", null],
])("%j is a patch of %s", (version, colour) => {
  expect(colourOfPatch(checkoutProduction, version)).toBe(colour);
});
