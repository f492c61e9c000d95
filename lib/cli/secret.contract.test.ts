import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import {
  ensurePrivateKey,
  openSealed,
  publicKeyOf,
  readPrivateKeys,
} from "#lib/platform/secrets/private-keys.ts";

const { ownerUrl, client } = await testDatabase();
const data = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-cli-secret-"));
const keyFile = path.join(data, "secrets", "sealing.pem");
afterAll(() => fs.rmSync(data, { recursive: true }));

type Ran = { code: number | null; out: string; err: string };

function secret(args: string[], stdin = ""): Promise<Ran> {
  const child = spawn(process.execPath, ["--no-warnings", "lib/cli/main.ts", "secret", ...args], {
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH ?? "",
      DATABASE_URL: ownerUrl,
      LASTGOOD_DATA: data,
    },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

const value = "-----BEGIN KEY-----\ncorrect-horse-battery\n-----END KEY-----";
const opened = async (): Promise<string | null> => {
  const row = await client.storedSecret.findUniqueOrThrow({ where: { name: "gateway" } });
  const key = readPrivateKeys(keyFile).find(({ id }) => id === row.keyId);
  return key === undefined ? null : openSealed(key, row.name, row.sealed);
};

it("sets, lists, rotates and removes, and prints no value", async () => {
  const early = await secret(["set", "gateway"], value);
  expect(early).toMatchObject({ code: 1, out: "" });
  expect(early.err).toContain("No worker has published its key yet");
  const key = ensurePrivateKey(keyFile);
  await client.sealingKey.create({ data: { id: key.id, publicKey: publicKeyOf(key) } });

  const ran = [await secret(["set", "gateway"], `${value}\n`)];
  expect(ran[0]).toMatchObject({ code: 0, out: "Set. Targets name it stored:gateway.\n" });
  expect(await opened()).toBe(value);
  ran.push(await secret(["list"]));
  expect(ran[1]?.out).toMatch(/gateway +set 20.* not used/);
  ran.push(await secret(["rotate"]));
  expect(ran[2]?.out).toContain("1 secret is sealed with the key");
  expect(readPrivateKeys(keyFile)).toHaveLength(2);
  expect(await opened()).toBe(value);

  fs.renameSync(keyFile, `${keyFile}.away`);
  ran.push(await secret(["rotate"]));
  expect(ran[3]).toMatchObject({ code: 1 });
  expect(ran[3]?.err).toContain("There is no key file");
  fs.renameSync(`${keyFile}.away`, keyFile);

  for (const refused of [
    ["set", "gateway"],
    ["set", "no name"],
    ["remove", "nothing"],
  ])
    ran.push(await secret(refused, refused[1] === "gateway" ? "" : value));
  for (const { code, err } of ran.slice(4)) {
    expect(code).toBe(1);
    expect(err).not.toContain("    at ");
  }
  ran.push(await secret(["remove", "gateway"]));
  expect(await client.storedSecret.count()).toBe(0);
  for (const { out, err } of ran) expect(out + err).not.toContain("correct-horse");
});
