import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  addPrivateKey,
  ensurePrivateKey,
  openSealed,
  publicKeyOf,
  readPrivateKeys,
} from "#lib/platform/secrets/private-keys.ts";
import { keyIdOf, readPublicKey, seal } from "#lib/platform/secrets/seal.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "seal-"));
  file = path.join(folder, "secrets", "sealing.pem");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const value = "p@ss/w0rd — with\nseveral lines";

describe("a sealed secret", () => {
  it("is opened by the private key under its own name, and by nothing else", () => {
    const key = addPrivateKey(file);
    const publicKey = readPublicKey(publicKeyOf(key));
    const sealed = seal(publicKey, "gateway", value);
    expect(openSealed(key, "gateway", sealed)).toBe(value);
    expect(openSealed(key, "gateway2", sealed)).toBeNull();
    expect(openSealed({ ...key, id: "0".repeat(16) }, "gateway", sealed)).toBeNull();
    expect(openSealed(addPrivateKey(file), "gateway", sealed)).toBeNull();
  });

  it("does not open once any part of it was changed or cut", () => {
    const key = addPrivateKey(file);
    const sealed = seal(readPublicKey(publicKeyOf(key)), "gateway", value);
    const [version = "", body = ""] = sealed.split(".");
    const bytes = Buffer.from(body, "base64");
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openSealed(key, "gateway", `${version}.${changed.toString("base64")}`)).toBeNull();
      expect(openSealed(key, "gateway", `${version}.${bytes.subarray(0, at).toString("base64")}`)).toBeNull();
    }
    for (const other of ["", "v2.", `v2.${body}`, version, "v1.!"])
      expect(openSealed(key, "gateway", other)).toBeNull();
  });

  it("is another text each time, and holds the value in no encoding", () => {
    const publicKey = readPublicKey(publicKeyOf(addPrivateKey(file)));
    const many = Array.from({ length: 50 }, () => seal(publicKey, "gateway", value));
    expect(new Set(many).size).toBe(50);
    const plain = Buffer.from((many[0] ?? "").slice(3), "base64");
    expect(plain.includes(value.slice(0, 6))).toBe(false);
  });
});

describe("the key file", () => {
  it("is for its owner alone, and keeps the old keys", () => {
    expect(readPrivateKeys(file)).toEqual([]);
    const first = addPrivateKey(file);
    const second = addPrivateKey(file);
    expect(readPrivateKeys(file).map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(fs.readdirSync(path.dirname(file))).toEqual(["sealing.pem"]);
    expect(keyIdOf(readPublicKey(publicKeyOf(first)))).toBe(first.id);
  });

  it("is made once, whoever asks", () => {
    const first = ensurePrivateKey(file);
    expect(ensurePrivateKey(file).id).toBe(first.id);
    expect(fs.readdirSync(path.dirname(file))).toEqual(["sealing.pem"]);
  });

  it("that holds something else is refused without repeating it", () => {
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0LXN0dWZm\n-----END PRIVATE KEY-----\n");
    expect(() => readPrivateKeys(file)).toThrow("holds something else than X25519 keys");
    expect(() => readPrivateKeys(file)).not.toThrow("c2VjcmV0");
  });
});

it("no web process, page or route can reach what opens secrets: it is outside of their imports", () => {
  const root = path.resolve(import.meta.dirname, "..", "..", "..");
  const seen = new Set<string>();
  const visit = (from: string): void => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const [, wanted = ""] of fs.readFileSync(from, "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)) {
      const target = wanted.startsWith("#")
        ? path.join(root, wanted.slice(1))
        : wanted.startsWith(".")
          ? path.resolve(path.dirname(from), wanted)
          : null;
      const found = [target, `${target ?? ""}.ts`, `${target ?? ""}.tsx`].find(
        (one) => one !== null && fs.existsSync(one) && fs.statSync(one).isFile(),
      );
      if (typeof found === "string" && !found.includes("generated")) visit(found);
    }
  };
  const pages = fs.readdirSync(path.join(root, "app"), { recursive: true, encoding: "utf8" });
  for (const page of pages) if (/\.tsx?$/.test(page)) visit(path.join(root, "app", page));
  for (const file of ["web", "web-pages", "status"]) visit(path.join(root, "lib", "processes", `${file}.ts`));
  const names = [...seen].map((one) => path.relative(root, one));
  expect(names).toContain("lib/platform/secrets/seal.ts");
  expect(names.length).toBeGreaterThan(200);
  for (const one of ["private-keys", "stored", "resolve", "vault"])
    expect(names).not.toContain(`lib/platform/secrets/${one}.ts`);
});
