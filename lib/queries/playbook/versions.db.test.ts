import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { addPlaybook } from "#lib/commands/playbook/add.ts";
import type { PlaybookInput } from "#lib/domain/playbook.ts";
import { smallDocument } from "#lib/domain/playbook.fixture.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { comparePlaybook } from "#lib/queries/playbook/compare.ts";
import { diffVersions } from "#lib/queries/playbook/diff.ts";
import { listPlaybooks } from "#lib/queries/playbook/list.ts";
import { playbookSource } from "#lib/queries/playbook/source.ts";
import { tryStored, tryText } from "#lib/queries/playbook/try.ts";
import { playbookVersions } from "#lib/queries/playbook/versions.ts";
import { person, setup } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";
import { changeService } from "#lib/commands/service/change.ts";

await testDatabase();
const admin = await person("admin");
const viewer = await person("viewer");
const write = (change: Partial<PlaybookInput>) => stringify({ ...smallDocument, id: "ours", ...change });
const first = write({ version: 1 });
const second = write({ version: 2, title: "Ours" }).replace("above: 5", "above: 3");
await addPlaybook(setup, { yaml: first });
await addPlaybook(admin, { yaml: second, note: "  Three is enough.  " });

describe("The versions of a playbook", () => {
  it("say who added each, when, and why", async () => {
    const { items, next } = await playbookVersions(viewer, "ours", {});
    expect(items.map(({ version, title, note, addedBy }) => [version, title, note, addedBy?.name])).toEqual([
      [2, "Ours", "Three is enough.", admin.name],
      [1, "Small", null, undefined],
    ]);
    expect(Date.now() - Date.parse(items[0]?.addedAt ?? "")).toBeLessThan(60_000);
    expect(next).toBeNull();
  });

  it("come page by page", async () => {
    const page = await playbookVersions(viewer, "ours", { limit: 1 });
    expect(page.items.map((one) => one.version)).toEqual([2]);
    const rest = await playbookVersions(viewer, "ours", { limit: 1, cursor: page.next ?? "" });
    expect([rest.items.map((one) => one.version), rest.next]).toEqual([[1], null]);
  });

  it("are those of a playbook that exists", async () => {
    await expect(playbookVersions(viewer, "nowhere", {})).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are given back as they were written, to the byte", async () => {
    const odd = `# Ø – 💥\r\n${write({ id: "odd", version: 1 }).replaceAll("\n", "\r\n")}\r\n\r\n`;
    await addPlaybook(admin, { yaml: odd });
    expect((await playbookSource(viewer, "odd")).source).toBe(odd);
    expect((await playbookSource(viewer, "ours", 1)).source).toBe(first);
    await expect(playbookSource(viewer, "ours", 7)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("The difference between two versions", () => {
  it("is told by part and by line, by default of the newest to the one below", async () => {
    const diff = await diffVersions(viewer, "ours", {});
    expect(diff).toMatchObject({ id: "ours", from: 1, to: 2, left: 0 });
    expect(diff.parts.map((one) => [one.part, one.fields.map((field) => field.path)])).toEqual([
      ["document", ["title"]],
      ["matrices.main.rows.errors-high", ["when"]],
    ]);
    expect(diff.text.text).toContain("--- ours, version 1\n+++ ours, version 2\n");
    expect(diff.text).toMatchObject({ added: 3, removed: 3 });
    expect((await diffVersions(viewer, "ours", { from: 2, to: 1 })).parts).toHaveLength(2);
  });

  it("wants two versions that are there", async () => {
    await expect(diffVersions(viewer, "ours", { to: 1 })).rejects.toMatchObject({
      code: "INVALID",
      errors: [{ path: "from" }],
    });
    await expect(diffVersions(viewer, "ours", { from: 9 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("A text that is not stored", () => {
  it("is compared with the newest of its id, and names who would decide by it", async () => {
    const id = await service();
    await changeService(admin, { id, changes: { playbook: "ours" } });
    const yaml = write({ version: 3, title: "Ours" });
    expect(await comparePlaybook(viewer, { yaml })).toMatchObject({
      id: "ours",
      version: 3,
      newest: 2,
      services: [id],
      with: { id: "ours", version: 2 },
      difference: { parts: [{ part: "matrices.main.rows.errors-high" }] },
    });
    const stranger = await person("viewer", "elsewhere");
    expect((await comparePlaybook(stranger, { yaml })).services).toEqual([]);
    expect((await playbookVersions(viewer, "ours", {})).items).toHaveLength(2);
  });

  it("is compared with what it was copied from, or with nothing", async () => {
    const yaml = write({ id: "fresh", version: 1 });
    expect(await comparePlaybook(viewer, { yaml })).toMatchObject({
      newest: null,
      with: null,
      difference: null,
    });
    const copied = await comparePlaybook(viewer, { yaml, with: { id: "ours", version: 1 } });
    expect(copied.difference?.parts.map((one) => one.fields)).toEqual([
      [{ path: "id", before: "ours", after: "fresh" }],
    ]);
  });

  it("is refused with its faults", async () => {
    await expect(comparePlaybook(viewer, { yaml: "no: playbook" })).rejects.toMatchObject({
      code: "INVALID",
    });
    await expect(tryText(viewer, "no: playbook", { facts: {} })).rejects.toMatchObject({ code: "INVALID" });
  });
});

describe("Trying a playbook", () => {
  it("says what each version would say", async () => {
    const verdict = async (version?: number) =>
      (await tryStored(viewer, "ours", version, { facts: { errors: 4 } })).verdict;
    expect([await verdict(1), await verdict(2), await verdict()]).toEqual([
      "monitor",
      "rollback",
      "rollback",
    ]);
    const text = await tryText(viewer, write({ version: 8 }), { facts: { errors: 6 }, severity: "P0" });
    expect(text).toMatchObject({ verdict: "rollback", severity: "P0", playbook: { id: "ours", version: 8 } });
  });

  it("refuses facts that it does not ask, and answers that do not fit", async () => {
    for (const facts of [{ nothing: 1 }, { errors: 400 }]) {
      await expect(tryStored(viewer, "ours", 1, { facts })).rejects.toMatchObject({
        code: "INVALID",
        errors: [{ path: `facts.${Object.keys(facts)[0] ?? ""}` }],
      });
    }
    await expect(tryStored(viewer, "nowhere", undefined, { facts: {} })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("The list of playbooks", () => {
  it("comes page by page", async () => {
    const page = await listPlaybooks(viewer, { limit: 1 });
    expect(page.items).toHaveLength(1);
    const rest = await listPlaybooks(viewer, { limit: 100, cursor: page.next ?? "" });
    expect(rest.items[0]?.id).not.toBe(page.items[0]?.id);
    expect(rest.items.find((one) => one.id === "ours")).toMatchObject({ version: 2, versions: [2, 1] });
  });
});
