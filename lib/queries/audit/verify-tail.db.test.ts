import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser } from "#lib/commands/user/add.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { checkpointFile } from "#lib/platform/audit/checkpoint-file.ts";
import { writeCheckpoint } from "#lib/platform/audit/write-checkpoint.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { verifyTail } from "#lib/queries/audit/verify-tail.ts";

const { ownerUrl, client } = await testDatabase();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-tail-"));
const unsigned = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-unsigned-"));
const cli: Actor = { kind: "system", id: "cli", ranBy: "test" };
const owner = new pg.Client({ connectionString: ownerUrl });

let added = 0;
async function grow(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await addUser(cli, { email: `tail${added++}@example.org`, name: "P", role: "viewer" });
  }
}
let signed = 0;

beforeAll(async () => {
  await owner.connect();
  await grow(3);
  signed = (await writeCheckpoint(folder))?.position ?? 0;
  await grow(3);
});
afterAll(async () => {
  await owner.end();
  for (const one of [folder, unsigned]) fs.rmSync(one, { recursive: true });
});

describe("The tail of the record", () => {
  beforeEach(async () => {
    await owner.query("CREATE TABLE kept_event AS TABLE event");
    await owner.query("CREATE TABLE kept_head AS TABLE chain_head");
    await owner.query("ALTER TABLE event DISABLE TRIGGER ALL");
  });
  afterEach(async () => {
    await owner.query("DELETE FROM event; DELETE FROM chain_head");
    await owner.query("INSERT INTO event SELECT * FROM kept_event");
    await owner.query("INSERT INTO chain_head SELECT * FROM kept_head");
    await owner.query("DROP TABLE kept_event, kept_head");
    await owner.query("ALTER TABLE event ENABLE TRIGGER ALL");
  });

  it("is whole from the newest signed entry to the head", async () => {
    const { position } = await client.chainHead.findUniqueOrThrow({ where: { id: 1 } });
    const verified = await verifyTail(folder);
    expect(verified.ok).toBe(true);
    expect(verified.evidence).toContain(`Entry ${signed} stands as it was signed`);
    expect(verified.evidence).toContain(`the ${Number(position) - signed} entries after it follow unbroken`);
  });

  it.each([
    [
      "one changed byte after it",
      (at: number) => `UPDATE event SET body = body || ' ' WHERE position = ${at + 2}`,
    ],
    ["an entry removed after it", (at: number) => `DELETE FROM event WHERE position = ${at + 2}`],
    [
      "the signed entry itself changed",
      (at: number) => `UPDATE event SET body = body || ' ' WHERE position = ${at}`,
    ],
    [
      "a cut tail, with the head moved back",
      (at: number) =>
        `DELETE FROM event WHERE position >= ${at}; UPDATE chain_head SET position = ${at - 1}, hash = (SELECT hash FROM event WHERE position = ${at - 1})`,
    ],
    ["a head that points elsewhere", () => "UPDATE chain_head SET hash = repeat('0', 64)"],
    ["no head", () => "DELETE FROM chain_head"],
  ])("is found out: %s", async (_what, tamper) => {
    await owner.query(tamper(signed));
    expect(await verifyTail(folder)).toMatchObject({ ok: false });
  });

  it("without any checkpoint is read from the first entry, and says so", async () => {
    const verified = await verifyTail(unsigned);
    expect(verified).toMatchObject({ ok: true });
    expect(verified.evidence).toContain("None was signed yet");
    await owner.query("DELETE FROM event WHERE position = 2");
    expect(await verifyTail(unsigned)).toMatchObject({ ok: false });
  });

  it("is not taken on the word of a checkpoint that somebody else signed", async () => {
    const file = checkpointFile(folder);
    const before = fs.readFileSync(file, "utf8");
    const forged = { ...(JSON.parse(before.trim()) as object), position: signed + 1 };
    fs.appendFileSync(file, `${JSON.stringify(forged)}\n`);
    const verified = await verifyTail(folder);
    fs.writeFileSync(file, before);
    expect(verified).toMatchObject({ ok: false });
    expect(verified.evidence).toContain("not signed by a known key");
  });
});
