import { describe, expect, it } from "vitest";
import { grantRole } from "#lib/commands/role/grant.ts";
import { revokeRole } from "#lib/commands/role/revoke.ts";
import { addUser } from "#lib/commands/user/add.ts";
import { changeUser } from "#lib/commands/user/change.ts";
import type { Actor } from "#lib/domain/actor.ts";
import type { Role } from "#lib/domain/role.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { listUsers } from "#lib/queries/user/list.ts";

const { client } = await testDatabase();
const cli: Actor = { kind: "system", id: "cli", ranBy: "test" };
const password = "correct horse battery";

async function person(email: string, role: Role, system = "*"): Promise<Extract<Actor, { kind: "user" }>> {
  const user = await addUser(cli, { email, name: "Someone", role, system, password });
  return { kind: "user", id: user.id, email, name: user.name, via: { kind: "cli" } };
}

const refusedWith = (code: string): unknown => expect.objectContaining({ name: "Refusal", code });

describe("an account", () => {
  it("is added with its role, and what is recorded holds no password", async () => {
    const user = await addUser(cli, { email: " New@Example.org ", name: "New", role: "viewer", password });
    expect(user).toMatchObject({ email: "new@example.org", grants: [{ role: "viewer", system: "*" }] });
    const events = await client.event.findMany({
      where: { subjectId: user.id },
      orderBy: { position: "asc" },
    });
    expect(events.map((event) => event.type)).toEqual(["user.added", "role.granted"]);
    expect(JSON.stringify(events.map((event) => event.body))).not.toContain("horse");
    const row = await client.user.findUniqueOrThrow({ where: { id: user.id } });
    expect(row.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(await listUsers(cli))).not.toContain("argon2");
  });

  it("is refused a second time, also when both come at once", async () => {
    const input = { email: "twice@example.org", name: "Twice", role: "viewer", password } as const;
    const results = await Promise.allSettled([addUser(cli, input), addUser(cli, input)]);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(results.find((result) => result.status === "rejected")?.reason).toEqual(refusedWith("DUPLICATE"));
  });

  it("is not added with a weak password or by somebody who is no admin", async () => {
    const weak = addUser(cli, { email: "weak@example.org", name: "W", role: "viewer", password: "short" });
    await expect(weak).rejects.toEqual(refusedWith("INVALID"));
    const manager = await person("manager@example.org", "release_manager");
    const own = addUser(manager, { email: "mine@example.org", name: "M", role: "admin", password });
    await expect(own).rejects.toEqual(refusedWith("FORBIDDEN"));
  });

  it("loses its sessions and tokens when it is disabled, and cannot act any more", async () => {
    const admin = await person("leaver@example.org", "admin");
    await person("stayer@example.org", "admin");
    await changeUser(cli, { user: admin.email, disabled: true });
    const act = addUser(admin, { email: "late@example.org", name: "Late", role: "admin", password });
    await expect(act).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
    await expect(changeUser(cli, { user: admin.email, disabled: true })).rejects.toEqual(
      refusedWith("WRONG_STATE"),
    );
  });
});

describe("a role", () => {
  it("that is taken away is gone for the next command", async () => {
    const admin = await person("short-lived@example.org", "admin");
    await grantRole(admin, { user: admin.email, role: "operator", system: "shop" });
    await revokeRole(cli, { user: admin.email, role: "admin" });
    const again = grantRole(admin, { user: admin.email, role: "admin" });
    await expect(again).rejects.toEqual(refusedWith("FORBIDDEN"));
  });

  it("within one system gives nothing elsewhere", async () => {
    const local = await person("local-admin@example.org", "admin", "shop");
    const everywhere = grantRole(local, { user: local.email, role: "admin" });
    await expect(everywhere).rejects.toEqual(refusedWith("FORBIDDEN"));
  });

  it("ends by itself when it was given until a time", async () => {
    const admin = await person("on-call@example.org", "viewer");
    const soon = new Date(Date.now() + 400);
    await grantRole(cli, { user: admin.email, role: "admin", expiresAt: soon.toISOString() });
    await grantRole(admin, { user: admin.email, role: "operator" });
    await expect
      .poll(() => grantRole(admin, { user: admin.email, role: "operator" }).catch((error: unknown) => error))
      .toEqual(refusedWith("FORBIDDEN"));
  });

  it("that has ended cannot be given", async () => {
    const { email } = await person("past@example.org", "viewer");
    const given = grantRole(cli, { user: email, role: "admin", expiresAt: "2020-01-01T00:00:00Z" });
    await expect(given).rejects.toEqual(refusedWith("INVALID"));
  });
});

describe("the last admin", () => {
  async function onlyAdmins(...emails: string[]): Promise<void> {
    for (const email of emails) await person(email, "admin");
    await client.grant.deleteMany({ where: { role: "admin", user: { email: { notIn: emails } } } });
  }

  it("cannot be disabled, lose the role, or be given an end date", async () => {
    await onlyAdmins("last@example.org");
    const user = "last@example.org";
    await person("bystander@example.org", "viewer");
    await expect(changeUser(cli, { user, disabled: true })).rejects.toEqual(refusedWith("LAST_ADMIN"));
    await expect(revokeRole(cli, { user, role: "admin" })).rejects.toEqual(refusedWith("LAST_ADMIN"));
    const expiresAt = new Date(Date.now() + 3600_000).toISOString();
    await expect(grantRole(cli, { user, role: "admin", expiresAt })).rejects.toEqual(
      refusedWith("LAST_ADMIN"),
    );
    await changeUser(cli, { user: "bystander@example.org", disabled: true });
  });

  it("cannot be disabled, even by two admins at once", async () => {
    for (let round = 0; round < 3; round++) {
      const [a, b] = [`a${round}@example.org`, `b${round}@example.org`] as const;
      await onlyAdmins(a, b);
      const rows = await client.user.findMany({
        where: { email: { in: [a, b] } },
        orderBy: { email: "asc" },
      });
      const [first, second] = rows.map((row): Actor => ({
        kind: "user",
        id: row.id,
        email: row.email,
        name: row.name,
        via: { kind: "cli" },
      }));
      if (!first || !second) throw new Error("Two admins were made.");
      await Promise.allSettled([
        changeUser(first, { user: b, disabled: true }),
        changeUser(second, { user: a, disabled: true }),
      ]);
      const left = await client.grant.count({ where: { role: "admin", user: { disabledAt: null } } });
      expect(left).toBe(1);
    }
  });

  it("stays when several command lines take the role from everyone at once", async () => {
    const emails = ["x", "y", "z"].map((name) => `${name}@example.org`);
    await onlyAdmins(...emails);
    const results = await Promise.allSettled(emails.map((user) => revokeRole(cli, { user, role: "admin" })));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(2);
  });
});
