import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { keptSecret, storedSecret } from "#lib/platform/secrets-file.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-secrets-"));
afterEach(() => fs.rmSync(path.join(folder, "secrets"), { recursive: true, force: true }));

describe("a secret of the installation", () => {
  it("is made once and stays the same", () => {
    const secret = keptSecret(folder, "session");
    expect(secret.length).toBeGreaterThanOrEqual(43);
    expect(keptSecret(folder, "session")).toBe(secret);
    expect(keptSecret(folder, "other")).not.toBe(secret);
  });

  it("can be read by its owner only", () => {
    keptSecret(folder, "session");
    expect(fs.statSync(path.join(folder, "secrets")).mode & 0o777).toBe(0o700);
    expect(fs.statSync(path.join(folder, "secrets", "session")).mode & 0o777).toBe(0o600);
  });

  it("leaves no draft behind", () => {
    keptSecret(folder, "session");
    keptSecret(folder, "session");
    expect(fs.readdirSync(path.join(folder, "secrets"))).toEqual(["session"]);
  });

  it("is undefined while nobody has asked for it to be made", () => {
    expect(storedSecret(folder, "session")).toBeUndefined();
  });
});
