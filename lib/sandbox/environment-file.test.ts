import { copyFileSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configurationReader, installConfiguration, seedConfiguration } from "./environment-file.ts";
import { checkoutProduction } from "./fleet.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("the first start puts the bad release's configuration in place, with a named backup of each", () => {
  const dir = temporaryFolder();
  seedConfiguration(dir, checkoutProduction);
  expect(readdirSync(dir).sort()).toEqual(["checkout.env", "checkout.env.2.3.0", "checkout.env.2.4.0"]);
  expect(readFileSync(join(dir, "checkout.env"), "utf8")).toContain("ANSWER_CACHE=off");
});

it("a later start leaves what a person changed alone", () => {
  const dir = temporaryFolder();
  seedConfiguration(dir, checkoutProduction);
  writeFileSync(join(dir, "checkout.env"), "ANSWER_CACHE=on\n");
  seedConfiguration(dir, checkoutProduction);
  expect(readFileSync(join(dir, "checkout.env"), "utf8")).toBe("ANSWER_CACHE=on\n");
});

it("a running version sees a restored backup at its next request", () => {
  const dir = temporaryFolder();
  seedConfiguration(dir, checkoutProduction);
  const read = configurationReader(join(dir, "checkout.env"));
  const before = read();
  copyFileSync(join(dir, "checkout.env.2.3.0"), join(dir, "new"));
  renameSync(join(dir, "new"), join(dir, "checkout.env"));
  expect(before.values.get("TRANSCRIPTS")).toBe("on");
  expect(read().values.get("TRANSCRIPTS")).toBe("off");
  expect(read().revision).not.toBe(before.revision);
});

it("installing what is in place changes nothing", () => {
  const dir = temporaryFolder();
  seedConfiguration(dir, checkoutProduction);
  expect(installConfiguration(dir, checkoutProduction, checkoutProduction.releases.blue)).toBe(true);
  expect(installConfiguration(dir, checkoutProduction, checkoutProduction.releases.blue)).toBe(false);
});
