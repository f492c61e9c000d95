import { describe, expect, it } from "vitest";
import { addUser } from "#lib/commands/user/add.ts";
import { changeUser } from "#lib/commands/user/change.ts";
import { signIn } from "#lib/commands/user/sign-in.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { ensureFirstUsers } from "#lib/processes/first-users.ts";

const { client } = await testDatabase();
const visitor = { address: null, userAgent: null };

describe("the first start", () => {
  it("makes three people who can sign in, once, however many processes start, and keeps no password", async () => {
    // The sandbox reports with an account of its own, with which nobody signs in.
    await addUser(
      { kind: "system", id: "setup" },
      { email: "sandbox@lastgood.local", name: "S", role: "operator" },
    );
    const made = (await Promise.all([ensureFirstUsers(), ensureFirstUsers(), ensureFirstUsers()])).flat();
    expect(made.map((user) => user.role).sort()).toEqual(["admin", "operator", "release_manager"]);
    for (const { email, password } of made) {
      expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
      await expect(signIn({ email, password }, visitor)).resolves.toHaveProperty("secret");
    }
    const stored = JSON.stringify([
      await client.user.findMany(),
      (await client.event.findMany()).map((event) => event.body),
    ]);
    for (const { password } of made) expect(stored).not.toContain(password);
    expect(await ensureFirstUsers()).toEqual([]);
  });

  it("stays the first, also when the people were disabled later", async () => {
    await changeUser({ kind: "system", id: "cli" }, { user: "operator@lastgood.local", disabled: true });
    expect(await ensureFirstUsers()).toEqual([]);
  });
});
