import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { addPlaybook } from "#lib/commands/playbook/add.ts";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { addUser } from "#lib/commands/user/add.ts";
import type { Actor } from "#lib/domain/actor.ts";
import { smallDocument } from "#lib/domain/playbook.fixture.ts";
import type { Role } from "#lib/domain/role.ts";
import { db } from "#lib/platform/db/client.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { builtInPlaybooks } from "#lib/queries/playbook/built-in.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { listPlaybooks } from "#lib/queries/playbook/list.ts";
import { validatePlaybook } from "#lib/queries/playbook/validate.ts";

const { client } = await testDatabase();
const builtIn = (await builtInPlaybooks()).map(({ id, source }) => ({
  id,
  version: Number(/^version: (\d+)$/m.exec(source)?.[1]),
}));
const mvp = builtIn.find((one) => one.id === "mvp-blue-green")?.version ?? 0;
const cli: Actor = { kind: "system", id: "cli", ranBy: "test" };

async function person(role: Role): Promise<Actor> {
  const email = `${role}@example.org`;
  const user = await addUser(cli, { email, name: role, role, password: "correct horse battery" });
  return { kind: "user", id: user.id, email, name: user.name, via: { kind: "cli" } };
}
const admin = await person("admin");
const viewer = await person("viewer");
const yaml = (id: string, version = 1): string => stringify({ ...smallDocument, id, version });
const refusedWith = (code: string): unknown => expect.objectContaining({ name: "Refusal", code });
const added = (id: string) => client.event.count({ where: { type: "playbook.added", subjectId: id } });

describe("The built-in playbooks", () => {
  it("are stored once, however many processes start at once and however often", async () => {
    const rounds = await Promise.all(Array.from({ length: 6 }, () => ensureBuiltInPlaybooks()));
    const stored = rounds.flat().toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(stored).toEqual(builtIn);
    expect(await ensureBuiltInPlaybooks()).toEqual([]);
    expect(await client.playbook.count({ where: { id: "mvp-blue-green" } })).toBe(1);
    expect(await added("mvp-blue-green")).toBe(1);
  });

  it("can be read by anyone signed in, with their source", async () => {
    const { items } = await listPlaybooks(viewer, {});
    expect(items.map((one) => [one.id, one.builtIn, one.versions])).toEqual(
      builtIn.map(({ id, version }) => [id, true, [version]]),
    );
    const one = await getPlaybook(viewer, "mvp-blue-green");
    expect(one.yaml).toContain("id: mvp-blue-green");
    expect(one.procedures.map((procedure) => procedure.id)).toEqual(["blue-green-switch", "quick-switch"]);
    expect(await currentPlaybook(db(), "mvp-blue-green")).toMatchObject({ version: mvp });
  });

  it("stay below a version that the team puts above them", async () => {
    await addPlaybook(admin, { yaml: yaml("mvp-blue-green", 9) });
    await client.playbook.delete({ where: { id_version: { id: "mvp-blue-green", version: mvp } } });
    expect(await ensureBuiltInPlaybooks()).toEqual([]);
    expect(await getPlaybook(viewer, "mvp-blue-green")).toMatchObject({ version: 9, builtIn: false });
  });
});

describe("A playbook of a team", () => {
  it("is stored version by version, each above the last, and none is changed", async () => {
    await addPlaybook(admin, { yaml: yaml("ours") });
    await expect(addPlaybook(admin, { yaml: yaml("ours") })).rejects.toEqual(refusedWith("DUPLICATE"));
    await addPlaybook(admin, { yaml: yaml("ours", 3) });
    await expect(addPlaybook(admin, { yaml: yaml("ours", 2) })).rejects.toEqual(refusedWith("DUPLICATE"));
    expect(await getPlaybook(viewer, "ours")).toMatchObject({ version: 3, versions: [3, 1], builtIn: false });
    expect(await getPlaybook(viewer, "ours", 1)).toMatchObject({ version: 1 });
    await expect(getPlaybook(viewer, "ours", 2)).rejects.toEqual(refusedWith("NOT_FOUND"));
    expect(await added("ours")).toBe(2);
  });

  it("is stored once when two people import it at once", async () => {
    const both = await Promise.allSettled([1, 2].map(() => addPlaybook(admin, { yaml: yaml("race") })));
    expect(both.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(await client.playbook.count({ where: { id: "race" } })).toBe(1);
  });

  it("is refused with its faults, and nothing is stored", async () => {
    const bad = yaml("bad").replace("above: 5", "above: five");
    await expect(addPlaybook(admin, { yaml: bad })).rejects.toMatchObject({
      code: "INVALID",
      errors: [
        { path: "matrices.0.rows.0.when.above", message: expect.stringMatching(/^Line \d+: /) as string },
      ],
    });
    await expect(addPlaybook(admin, { yaml: "x".repeat(2_000_000) })).rejects.toEqual(refusedWith("INVALID"));
    await expect(validatePlaybook(viewer, bad)).rejects.toEqual(refusedWith("INVALID"));
    expect(await validatePlaybook(viewer, yaml("good"))).toMatchObject({ ok: true, id: "good" });
    expect(await client.playbook.count({ where: { id: { in: ["bad", "good"] } } })).toBe(0);
  });

  it("is refused under a word that is an address already", async () => {
    await expect(addPlaybook(admin, { yaml: yaml("compare") })).rejects.toMatchObject({
      code: "INVALID",
      errors: [{ path: "id" }],
    });
  });

  it("is added by an admin alone", async () => {
    await expect(addPlaybook(viewer, { yaml: yaml("mine") })).rejects.toEqual(refusedWith("FORBIDDEN"));
  });
});
