import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exportAudit } from "#lib/commands/audit/export.ts";
import { addUser } from "#lib/commands/user/add.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { auditKey, pemOf } from "#lib/platform/audit/audit-key.ts";
import { checkpointFile } from "#lib/platform/audit/checkpoint-file.ts";
import { knownKeys } from "#lib/platform/audit/read-checkpoints.ts";
import { writeCheckpoint } from "#lib/platform/audit/write-checkpoint.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { searchAudit } from "#lib/queries/audit/search.ts";
import { verifyExport } from "#lib/queries/audit/verify-export.ts";
import { verifyAudit } from "#lib/queries/audit/verify.ts";

const { ownerUrl } = await testDatabase();
const root = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-audit-"));
process.env.LASTGOOD_DATA = root;
process.env.LASTGOOD_LOG_LEVEL = "silent";
const cli: Actor = { kind: "system", id: "cli", ranBy: "test" };
/** With every right: who can do this can do anything to the database, but not to the checkpoints. */
const owner = new pg.Client({ connectionString: ownerUrl });

let added = 0;
async function grow(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await addUser(cli, { email: `person${added++}@example.org`, name: "P", role: "viewer" });
  }
}

beforeAll(async () => {
  await owner.connect();
  await grow(5);
  await writeCheckpoint();
});
afterAll(async () => {
  await owner.end();
  fs.rmSync(root, { recursive: true });
});

const verify = () => verifyAudit(cli);

describe("verification of the database", () => {
  beforeEach(async () => {
    await owner.query("CREATE TABLE kept_event AS TABLE event");
    await owner.query("CREATE TABLE kept_place AS TABLE event_stream");
    await owner.query("CREATE TABLE kept_head AS TABLE chain_head");
    await owner.query("ALTER TABLE event DISABLE TRIGGER ALL");
    await owner.query("ALTER TABLE event_stream DISABLE TRIGGER ALL");
  });
  afterEach(async () => {
    await owner.query("DELETE FROM event; DELETE FROM event_stream; DELETE FROM chain_head");
    await owner.query("INSERT INTO event SELECT * FROM kept_event");
    await owner.query("INSERT INTO event_stream SELECT * FROM kept_place");
    await owner.query("INSERT INTO chain_head SELECT * FROM kept_head");
    await owner.query("DROP TABLE kept_event, kept_place, kept_head");
    await owner.query("ALTER TABLE event ENABLE TRIGGER ALL");
    await owner.query("ALTER TABLE event_stream ENABLE TRIGGER ALL");
  });

  it("finds nothing in what was only ever added to", async () => {
    expect(await verify()).toMatchObject({ ok: true, entries: 10, checkpoint: { position: 10 } });
  });

  it.each([
    [
      "one changed byte",
      "UPDATE event SET body = replace(body, 'person1@', 'person9@') WHERE position = 3",
      3,
    ],
    ["a removed row", "DELETE FROM event WHERE position = 4", 4],
    [
      "two swapped rows",
      "UPDATE event SET position = CASE position WHEN 4 THEN -4 ELSE -5 END WHERE position IN (4, 5); UPDATE event SET position = CASE position WHEN -4 THEN 5 ELSE 4 END WHERE position < 0",
      4,
    ],
    ["a cut tail", "DELETE FROM event WHERE position > 7", 8],
    [
      "a cut tail with its head",
      "DELETE FROM event WHERE position > 7; DELETE FROM event_stream WHERE position > 7; UPDATE chain_head SET position = 7, hash = (SELECT hash FROM event WHERE position = 7)",
      8,
    ],
    ["a changed actor column", "UPDATE event SET actor_id = 'usr_other' WHERE position = 2", 2],
    ["a changed time column", "UPDATE event SET at = at + interval '1 millisecond' WHERE position = 2", 2],
    [
      "a row before the first",
      "INSERT INTO event SELECT -1, at, type, actor_id, subject_kind, subject_id, body, prev, hash FROM event WHERE position = 1",
      -1,
    ],
    ["a removed place in a stream", "DELETE FROM event_stream WHERE position = 6", 6],
    ["an added place in a stream", "INSERT INTO event_stream VALUES ('incident:x', 1, 6)", 6],
    ["a place without an entry", "INSERT INTO event_stream VALUES ('incident:x', 1, 600)", 11],
    ["a moved head", "UPDATE chain_head SET hash = repeat('1', 64)", 10],
    ["a removed head", "DELETE FROM chain_head", 10],
    [
      "an emptied database",
      "DELETE FROM event; DELETE FROM event_stream; UPDATE chain_head SET position = 0, hash = repeat('0', 64)",
      1,
    ],
  ])("finds %s", async (_what, tampering, firstBad) => {
    await owner.query(tampering);
    expect(await verify()).toMatchObject({ ok: false, firstBad });
  });

  it("does not sign over a record that was cut", async () => {
    const before = fs.readFileSync(checkpointFile(root), "utf8");
    await owner.query(
      "UPDATE chain_head SET position = 7, hash = (SELECT hash FROM event WHERE position = 7)",
    );
    expect(await writeCheckpoint()).toBeNull();
    expect(fs.readFileSync(checkpointFile(root), "utf8")).toBe(before);
  });
});

describe("the record in the database", () => {
  it("cannot be changed by its owner in passing", async () => {
    for (const change of [
      "UPDATE event SET type = 'x'",
      "DELETE FROM event",
      "TRUNCATE event",
      "DELETE FROM event_stream",
    ]) {
      await expect(owner.query(change)).rejects.toThrow("never changed or removed");
    }
  });
});

describe("checkpoints", () => {
  it("are written when the head moved, and not otherwise", async () => {
    expect(await writeCheckpoint()).toBeNull();
    await grow(1);
    expect(await writeCheckpoint()).toMatchObject({ position: 12 });
    expect(await verify()).toMatchObject({ ok: true, checkpoint: { position: 12 } });
  });

  it("are signed with a key that only its owner may read", () => {
    expect(fs.statSync(path.join(root, "keys", "audit-ed25519.pem")).mode & 0o777).toBe(0o600);
    expect(auditKey(root).id).toBe(auditKey(root).id);
  });

  it("survive a write that a crash cut off", async () => {
    fs.appendFileSync(checkpointFile(root), '{"position":99,"ha');
    await grow(1);
    expect(await writeCheckpoint()).toMatchObject({ position: 14 });
    expect(await verify()).toMatchObject({ ok: true, checkpoint: { position: 14 } });
  });

  it("are missed when all of them were removed", async () => {
    const kept = fs.readFileSync(checkpointFile(root));
    fs.rmSync(checkpointFile(root));
    expect(await verify()).toMatchObject({ ok: false, problem: { kind: "checkpoint" }, checkpoint: null });
    fs.writeFileSync(checkpointFile(root), kept);
    expect(await verify()).toMatchObject({ ok: true });
  });

  it("of another machine count when its key is known, and not when it is not", async () => {
    const other = fs.mkdtempSync(path.join(root, "other-"));
    await writeCheckpoint(other);
    const sources = {
      checkpointFiles: [checkpointFile(other)],
      keyFiles: [path.join(other, "keys", "audit-ed25519.pub.pem")],
    };
    expect(await verifyAudit(cli, sources)).toMatchObject({ ok: true });
    expect(await verifyAudit(cli, { checkpointFiles: sources.checkpointFiles })).toMatchObject({
      ok: false,
      problem: { kind: "checkpoint" },
    });
  });
});

describe("an exported record", () => {
  const collect = async (): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of await exportAudit(cli)) lines.push(line);
    return lines;
  };
  // eslint-disable-next-line @typescript-eslint/require-await -- a file is read like this
  async function* from(lines: readonly string[]) {
    yield* lines;
  }
  const check = (lines: readonly string[]) => verifyExport(from(lines));

  it("is verified without a database, and ends with its own export", async () => {
    const lines = await collect();
    const entries = lines.length - 2;
    expect(await check(lines)).toMatchObject({
      ok: true,
      entries,
      checkpoint: { position: entries },
      key: auditKey(root).id,
    });
    expect(lines.at(-2)).toContain("audit.exported");
    expect(await verifyExport(from(lines), knownKeys(root))).toMatchObject({ ok: true });
  });

  it("shows every way of tampering with it", async () => {
    const lines = await collect();
    const last = lines.length - 1;
    const tampered: [string, string[], number][] = [
      ["a changed entry", lines.with(3, (lines[3] ?? "").replace("person", "parson")), 3],
      ["a removed entry", lines.toSpliced(3, 1), 3],
      ["swapped entries", lines.with(3, lines[4] ?? "").with(4, lines[3] ?? ""), 3],
      ["a repeated entry", lines.toSpliced(3, 0, lines[3] ?? ""), 4],
      ["a cut tail", lines.slice(0, -3), last - 2],
      ["a cut tail with its end", lines.toSpliced(last - 2, 2), last - 2],
      ["a cut line", lines.with(last, (lines[last] ?? "").slice(0, 30)), last],
      ["more after the end", [...lines, lines[3] ?? ""], last],
      ["no header", lines.slice(1), 1],
      ["nothing", [], 1],
    ];
    for (const [what, changed, firstBad] of tampered) {
      expect(await check(changed), what).toMatchObject({ ok: false, firstBad });
    }
  });

  it("signed anew by somebody else is refused to whoever knows the key", async () => {
    const lines = await collect();
    const other = auditKey(fs.mkdtempSync(path.join(root, "forger-")));
    const header = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
    const forged = lines.with(0, `${JSON.stringify({ ...header, publicKey: pemOf(other.publicKey) })}\n`);
    expect(await check(forged)).toMatchObject({ ok: false });
    expect(await verifyExport(from(forged), knownKeys(root))).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("trust") as string },
    });
  });
});

describe("search", () => {
  it("filters by actor, subject and time, and pages both ways without a gap", async () => {
    const all = await searchAudit(cli, { limit: 200 });
    const walked: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchAudit(cli, { after: 0, limit: 3, cursor });
      walked.push(...page.items.map((item) => item.position));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(walked).toEqual(all.items.map((item) => item.position).reverse());
    const subject = all.items.find((item) => item.type === "user.added")?.subject ?? { kind: "", id: "" };
    const about = await searchAudit(cli, { subject: `${subject.kind}:${subject.id}` });
    expect(about.items.map((item) => item.type)).toEqual(["role.granted", "user.added"]);
    expect(
      (await searchAudit(cli, { subject: "audit" })).items.every((item) => item.type === "audit.exported"),
    ).toBe(true);
    expect((await searchAudit(cli, { actor: "nobody@example.org" })).items).toEqual([]);
    expect((await searchAudit(cli, { to: new Date(0) })).items).toEqual([]);
    expect(all.items[0]?.actor.name).toBe("Lastgood cli, run by test");
  });
});
