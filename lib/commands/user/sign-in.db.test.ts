import { describe, expect, it } from "vitest";
import { addUser } from "#lib/commands/user/add.ts";
import { changeOwnPassword } from "#lib/commands/user/change-password.ts";
import { changeUser } from "#lib/commands/user/change.ts";
import { reauthenticate } from "#lib/commands/user/reauthenticate.ts";
import { signIn } from "#lib/commands/user/sign-in.ts";
import { signOut } from "#lib/commands/user/sign-out.ts";
import { revokeSessions } from "#lib/commands/session/revoke.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { isRecentlyReauthenticated } from "#lib/domain/reauthentication.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { findSession } from "#lib/queries/session/find-session.ts";

const { client } = await testDatabase();
const cli: Actor = { kind: "system", id: "cli" };
const password = "correct horse battery";
const start = new Date("2026-11-21T03:00:00Z");
const after = (minutes: number) => ({ now: () => new Date(start.getTime() + minutes * 60_000) });
const from = (address: string) => ({ address, userAgent: "a browser" });
const refusedWith = (code: string): unknown => expect.objectContaining({ name: "Refusal", code });

async function account(email: string): Promise<string> {
  const user = await addUser(cli, { email, name: "Someone", role: "admin", password });
  return user.id;
}

async function actorOf(secret: string) {
  const actor = await findSession(secret, new Date());
  if (!actor) throw new Error("There should be a session.");
  return actor;
}

const failures = () => client.event.count({ where: { type: "user.sign_in_failed" } });

describe("a session", () => {
  it("is opened by the right password, and only the hash of its secret is stored", async () => {
    const id = await account("opens@example.org");
    const { secret } = await signIn({ email: "Opens@Example.org", password }, from("10.0.0.1"));
    expect(await findSession(secret, new Date())).toMatchObject({ id, via: { kind: "session" } });
    const rows = await client.session.findMany();
    const events = await client.event.findMany({ where: { subjectId: id } });
    const stored = rows.map((row) => row.id).concat(events.map((event) => event.body));
    expect(stored.join()).not.toContain(secret);
    expect(events.map((event) => event.type)).toContain("user.signed_in");
  });

  it("that was revoked is refused at once, by reading and by commands", async () => {
    await account("revoked@example.org");
    const { secret } = await signIn({ email: "revoked@example.org", password }, from("10.0.0.1"));
    const actor = await actorOf(secret);
    await revokeSessions(cli, { user: "revoked@example.org" });
    expect(await findSession(secret, new Date())).toBeNull();
    await expect(changeUser(actor, { user: actor.id, name: "Other" })).rejects.toEqual(
      refusedWith("UNAUTHENTICATED"),
    );
  });

  it("ends with signing out, with disabling the account and with time", async () => {
    await account("ends@example.org");
    const credentials = { email: "ends@example.org", password };
    const one = await signIn(credentials, from("10.0.0.1"));
    await signOut(one.secret);
    expect(await findSession(one.secret, new Date())).toBeNull();
    const two = await signIn(credentials, from("10.0.0.1"));
    expect(await findSession(two.secret, new Date(Date.now() + 7 * 24 * 3600_000 + 1000))).toBeNull();
    await changeUser(cli, { user: credentials.email, disabled: true });
    expect(await findSession(two.secret, new Date())).toBeNull();
    await changeUser(cli, { user: credentials.email, disabled: false });
    expect(await findSession(two.secret, new Date())).toBeNull();
  });

  it("is confirmed by the password for five minutes", async () => {
    await account("confirms@example.org");
    const { secret } = await signIn({ email: "confirms@example.org", password }, from("10.0.0.1"));
    const before = await actorOf(secret);
    expect(isRecentlyReauthenticated(before, new Date())).toBe(false);
    await expect(reauthenticate(before, { password: "wrong" }, null)).rejects.toEqual(
      refusedWith("UNAUTHENTICATED"),
    );
    await reauthenticate(before, { password }, null);
    const confirmed = await actorOf(secret);
    expect(isRecentlyReauthenticated(confirmed, new Date())).toBe(true);
    expect(isRecentlyReauthenticated(confirmed, new Date(Date.now() + 5 * 60_000))).toBe(false);
  });

  it("outlives a change of one's own password, the others do not", async () => {
    await account("changes@example.org");
    const credentials = { email: "changes@example.org", password };
    const here = await signIn(credentials, from("10.0.0.1"));
    const there = await signIn(credentials, from("10.0.0.2"));
    const change = { current: password, password: "another long password" };
    expect(await changeOwnPassword(await actorOf(here.secret), change, "10.0.0.1")).toEqual({
      endedSessions: 1,
    });
    expect(await findSession(there.secret, new Date())).toBeNull();
    expect(await findSession(here.secret, new Date())).not.toBeNull();
    await expect(signIn(credentials, from("10.0.0.1"))).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
  });
});

describe("signing in", () => {
  it("says the same of a wrong password, an unknown account and a disabled one", async () => {
    await account("known@example.org");
    await account("disabled@example.org");
    await changeUser(cli, { user: "disabled@example.org", disabled: true });
    const said = [];
    for (const [email, tried] of [
      ["known@example.org", "not the password"],
      ["unknown@example.org", password],
      ["disabled@example.org", password],
    ]) {
      said.push(
        await signIn({ email, password: tried }, from("10.1.0.1")).catch((error: unknown) => String(error)),
      );
    }
    expect(new Set(said).size).toBe(1);
    const bodies = (await client.event.findMany({ where: { type: "user.sign_in_failed" } })).map(
      (row) => row.body,
    );
    expect(bodies.join()).not.toContain("unknown@example.org");
  });

  it("refuses what is no address and no password without counting it", async () => {
    for (const raw of [{}, { email: "x", password }, { email: "a@b.org", password: 7 }, null, "x"]) {
      await expect(signIn(raw, from("10.1.0.2"))).rejects.toEqual(refusedWith("INVALID"));
    }
  });

  it("is throttled after ten guesses at an account, from wherever, and free again after the window", async () => {
    const email = "guessed@example.org";
    await account(email);
    const before = await failures();
    for (let i = 0; i < 10; i++) {
      const guess = signIn({ email, password: `guess number ${i}` }, from(`10.2.0.${i}`), after(i / 10));
      await expect(guess).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
    }
    for (let i = 0; i < 30; i++) {
      const right = signIn({ email, password }, from(`10.2.1.${i}`), after(2 + i / 10));
      await expect(right).rejects.toEqual(refusedWith("THROTTLED"));
    }
    // Ten failures and the one that met the limit; the rest is noise.
    expect((await failures()) - before).toBe(11);
    await expect(signIn({ email, password }, from("10.2.2.1"), after(15.1))).resolves.toHaveProperty(
      "secret",
    );
  });

  it("is not throttled for a person at their usual address by strangers who guess", async () => {
    const email = "usual@example.org";
    await account(email);
    await signIn({ email, password }, from("10.3.0.1"), after(0));
    for (let i = 0; i < 12; i++) {
      await signIn({ email, password: "guess" }, from(`10.3.1.${i}`), after(1)).catch(
        (error: unknown) => error,
      );
    }
    await expect(signIn({ email, password }, from("10.3.1.99"), after(2))).rejects.toEqual(
      refusedWith("THROTTLED"),
    );
    await expect(signIn({ email, password }, from("10.3.0.1"), after(2))).resolves.toHaveProperty("secret");
  });

  it("is throttled by address, counting an IPv6 network as one", async () => {
    for (let i = 0; i < 50; i++) {
      const guess = signIn(
        { email: `nobody${i}@example.org`, password },
        from(`2001:db8:1:2::${i + 1}`),
        after(0),
      );
      await expect(guess).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
    }
    const next = signIn({ email: "nobody@example.org", password }, from("2001:db8:1:2:ffff::1"), after(1));
    await expect(next).rejects.toEqual(refusedWith("THROTTLED"));
    const other = signIn({ email: "nobody@example.org", password }, from("2001:db8:1:3::1"), after(1));
    await expect(other).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
  });

  it("lets no more than ten of a hundred parallel guesses be looked at", async () => {
    const email = "parallel@example.org";
    await account(email);
    const guesses = Array.from({ length: 100 }, (_, i) =>
      signIn({ email, password: `guess ${i}` }, from(`10.4.${i}.1`), after(0)).catch(
        (error: unknown) => error,
      ),
    );
    const answers = await Promise.all(guesses);
    expect(answers.filter((answer) => (answer as { code?: string }).code === "UNAUTHENTICATED")).toHaveLength(
      10,
    );
  });
});
