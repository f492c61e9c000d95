import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { readBearer } from "#lib/web/session.ts";

const { ownerUrl, client } = await testDatabase();
const data = fs.mkdtempSync(path.join(os.tmpdir(), "lastgood-cli-"));
afterAll(() => fs.rmSync(data, { recursive: true }));

type Ran = { code: number | null; out: string; err: string };

/** The command line as a process of its own, with no other process of the installation running. */
function lastgood(args: string[], stdin = "", environment: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, ["--no-warnings", "lib/cli/main.ts", ...args], {
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH ?? "",
      DATABASE_URL: ownerUrl,
      LASTGOOD_DATA: data,
      ...environment,
    },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(stdin);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

const add = (email: string, role: string, password: string): Promise<Ran> =>
  lastgood(
    ["user", "add", "--email", email, "--name", "Somebody", "--role", role, "--password-stdin"],
    password,
  );

describe("the command line, with the web process down", () => {
  it("adds people, and says in one sentence why it does not", async () => {
    expect(await add("ada@example.org", "admin", "correct horse battery\n")).toMatchObject({
      code: 0,
      err: "",
    });
    const refusals = [
      await add("ada@example.org", "admin", "correct horse battery\n"),
      await add("bob@example.org", "emperor", "correct horse battery\n"),
      await add("bob@example.org", "viewer", "short\n"),
      await add("bob@example.org", "viewer", ""),
      await lastgood(["user", "disable", "--email", "ada@example.org"]),
      await lastgood(["user", "disable", "--email", "nobody@example.org"]),
      await lastgood(["user", "list"], "", { DATABASE_URL: "postgresql://x:y@127.0.0.1:9/none" }),
    ];
    for (const { code, out, err } of refusals) {
      expect(code).not.toBe(0);
      expect(out).toBe("");
      expect(err).toMatch(/^[A-Z a-z].{10,}\n/);
      expect(err).not.toMatch(/ at .*\.ts|node:internal|horse/);
    }
    expect((await lastgood(["user", "list"])).out).toBe("ada@example.org  Somebody  active  admin\n");
  });

  it("records who of this machine ran it", async () => {
    const event = await client.event.findFirstOrThrow({ where: { type: "user.added" } });
    expect(event.body).toContain(`Lastgood cli, run by ${os.userInfo().username}@`);
  });

  it("prints a token alone on its line, which works at once", async () => {
    const made = await lastgood([
      "token",
      "create",
      "--user",
      "ada@example.org",
      "--ttl",
      "30d",
      "--role",
      "operator",
    ]);
    expect(made.out).toMatch(/^lg_[A-Za-z0-9_-]{43}\n$/);
    expect(made.err).not.toContain(made.out.trim());
    const headers = { authorization: `Bearer ${made.out.trim()}` };
    expect(await readBearer(headers)).toMatchObject({ email: "ada@example.org", via: { role: "operator" } });
    const listed = await lastgood(["token", "list"]);
    expect(listed.out).toContain("ada@example.org");
    expect(listed.out).not.toContain(made.out.trim());
    const id = listed.out.split(" ")[0] ?? "";
    expect(await lastgood(["token", "revoke", id])).toMatchObject({ code: 0 });
    expect(await readBearer(headers)).toBeNull();
  });

  it("verifies the record, exports it, and verifies the export without a database", async () => {
    const stored = await lastgood(["audit", "verify"]);
    expect(stored).toMatchObject({ code: 0, err: "" });
    expect(stored.out).toMatch(/^The record is whole: \d+ entries\. Checkpoint over entry \d+, signed /);
    const file = path.join(data, "record.jsonl");
    expect(await lastgood(["export", "audit", "--to", file])).toMatchObject({ code: 0, err: "" });
    const offline = { DATABASE_URL: "postgresql://x:y@127.0.0.1:9/none" };
    expect(await lastgood(["audit", "verify", file], "", offline)).toMatchObject({ code: 0, err: "" });
    const lines = fs.readFileSync(file, "utf8").split("\n");
    fs.writeFileSync(file, lines.toSpliced(-3, 1).join("\n"));
    const cut = await lastgood(["audit", "verify", file], "", offline);
    expect(cut).toMatchObject({ code: 1, out: "" });
    expect(cut.err).toMatch(/^The record is not whole from entry \d+ on: /);
    expect(await lastgood(["audit", "verify", path.join(data, "none")])).toMatchObject({ code: 1, out: "" });
  });
});
