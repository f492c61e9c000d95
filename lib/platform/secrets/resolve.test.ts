import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fault } from "#lib/domain/errors.ts";
import { maxSecretBytes } from "#lib/domain/secret.ts";
import { resolveSecret, resolveSecrets } from "#lib/platform/secrets/resolve.ts";

let root: string;
let folder: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "secrets-"));
  folder = path.join(root, "secrets.d");
  mkdirSync(path.join(folder, "sub"), { recursive: true });
  mkdirSync(`${folder}-evil`);
  writeFileSync(path.join(folder, "token"), "from-a-file\n");
  writeFileSync(path.join(folder, "sub", "pem"), "line one\nline two\n\n");
  writeFileSync(path.join(folder, "full"), "x".repeat(maxSecretBytes));
  writeFileSync(path.join(folder, "huge"), "x".repeat(maxSecretBytes + 1));
  writeFileSync(path.join(folder, "empty"), "\n");
  writeFileSync(path.join(`${folder}-evil`, "token"), "outside");
  writeFileSync(path.join(root, "outside"), "outside");
  symlinkSync(path.join(root, "outside"), path.join(folder, "escape"));
  symlinkSync(root, path.join(folder, "up"));
  symlinkSync("token", path.join(folder, "inner"));
  execFileSync("mkfifo", [path.join(folder, "pipe")]);
});
afterAll(() => rmSync(root, { recursive: true }));

const environment = {
  LASTGOOD_SECRET_GATEWAY: "from-the-environment",
  LASTGOOD_SECRET_EMPTY: "",
  LASTGOOD_SECRET_SHORT: "abc",
  LASTGOOD_SECRET: "signs-sessions-signs-sessions-signs",
  LASTGOOD_SECRET_FILE: "/etc/lastgood/session",
  DATABASE_URL: "postgres://u:p@h/d",
};
const resolve = (reference: string) => resolveSecret(reference, { environment, folder });
const refusal = async (reference: string) => {
  const failure = await resolve(reference).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Fault);
  return failure instanceof Fault ? `${failure.kind} ${failure.code}` : "";
};

describe("a secret from the environment", () => {
  it("is read when its name begins with LASTGOOD_SECRET_", async () => {
    expect(await resolve("env:LASTGOOD_SECRET_GATEWAY")).toBe("from-the-environment");
  });

  it.each(["DATABASE_URL", "LASTGOOD_SECRET", "LASTGOOD_SECRET_", "LASTGOOD_SECRET_FILE", "PATH"])(
    "is refused for %s",
    async (name) => expect(await refusal(`env:${name}`)).toBe("permanent SECRET_REFUSED"),
  );

  it("is not found when missing or empty, and refused when too short to be redacted", async () => {
    expect(await refusal("env:LASTGOOD_SECRET_NONE")).toBe("permanent SECRET_NOT_FOUND");
    expect(await refusal("env:LASTGOOD_SECRET_EMPTY")).toBe("permanent SECRET_NOT_FOUND");
    expect(await refusal("env:LASTGOOD_SECRET_SHORT")).toBe("permanent SECRET_REFUSED");
  });
});

describe("a secret from a file", () => {
  it("is read without its last line break, also through a link that stays inside", async () => {
    expect(await resolve(`file:${folder}/token`)).toBe("from-a-file");
    expect(await resolve(`file:${folder}/inner`)).toBe("from-a-file");
    expect(await resolve(`file:${folder}/sub/pem`)).toBe("line one\nline two\n");
    expect(await resolve(`file:${folder}/full`)).toHaveLength(maxSecretBytes);
  });

  it.each([
    "/../outside",
    "/sub/../../outside",
    "/escape",
    "/up/outside",
    "-evil/token",
    "/sub",
    "/pipe",
    "/huge",
    "/empty",
    "/./token",
    "",
  ])("is refused for the folder plus “%s”", async (rest) => {
    expect(await refusal(`file:${folder}${rest}`)).toBe("permanent SECRET_REFUSED");
  });

  it("is not found when missing", async () => {
    expect(await refusal(`file:${folder}/none`)).toBe("permanent SECRET_NOT_FOUND");
  });
});

it("has a stored secret and one of a Vault fetched, as usable as any other", async () => {
  const source = {
    stored: (name: string) => Promise.resolve(`stored-${name}`),
    vault: (place: string) => Promise.resolve(`from ${place}`),
  };
  expect(await resolveSecret("stored:gateway", source)).toBe("stored-gateway");
  expect(await resolveSecret("vault:secret/shop#token", source)).toBe("from secret/shop#token");
  await expect(resolveSecret("stored:x", { stored: () => Promise.resolve("abc") })).rejects.toMatchObject({
    code: "SECRET_REFUSED",
  });
  expect(await refusal("other:gateway")).toBe("permanent SECRET_REFUSED");
  expect(await refusal("env:LASTGOOD_SECRET_VAULT_TOKEN")).toBe("permanent SECRET_REFUSED");
});

it("resolves all of a target's, or none", async () => {
  const both = { token: "env:LASTGOOD_SECRET_GATEWAY", other: `file:${folder}/token` };
  expect(await resolveSecrets(both, { environment, folder })).toEqual({
    token: "from-the-environment",
    other: "from-a-file",
  });
  const stored = () => Promise.reject(new Error("nothing is stored as x"));
  await expect(
    resolveSecrets({ ...both, none: "stored:x" }, { environment, folder, stored }),
  ).rejects.toThrow("stored as x");
});
