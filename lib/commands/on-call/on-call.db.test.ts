import { describe, expect, it } from "vitest";
import { assignOnCall } from "#lib/commands/on-call/assign.ts";
import { revokeOnCall } from "#lib/commands/on-call/revoke.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { listShifts } from "#lib/queries/on-call/list.ts";
import { readMe } from "#lib/queries/user/me.ts";
import { person, setup } from "../../../prisma/factories/people.ts";

const { client } = await testDatabase();
const manager = await person("release_manager", "shop");
const operator = await person("operator", "shop");
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });
const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
const shop = { user: operator.id, system: "shop" };

describe("a shift", () => {
  it("is on the roster from its start until its end, and its person sees until when", async () => {
    const now = await assignOnCall(manager, { ...shop, endsAt: hours(8) });
    const next = await assignOnCall(manager, { ...shop, startsAt: hours(8), endsAt: hours(16) });
    const all = await listShifts(manager, { system: "shop" });
    expect(all.items.map((one) => one.id)).toEqual([now.id, next.id]);
    expect(all.items[0]).toMatchObject({ person: { name: operator.name }, system: "shop" });
    const soon = await listShifts(manager, { system: "shop", at: new Date(hours(9)) });
    expect(soon.items.map((one) => one.id)).toEqual([next.id]);
    expect((await readMe(operator)).onCall).toEqual([{ system: "shop", until: now.endsAt }]);
    const events = await client.event.findMany({
      where: { subjectId: operator.id, type: "on_call.assigned" },
    });
    expect(events).toHaveLength(2);
  });

  it("may overlap another one, and says which", async () => {
    const system = { user: (await person("operator")).id, system: "overlaps" };
    const admin = await person("admin", "overlaps");
    const first = await assignOnCall(admin, { ...system, startsAt: hours(1), endsAt: hours(5) });
    const meets = await assignOnCall(admin, { ...system, startsAt: hours(4), endsAt: hours(9) });
    expect(meets.overlaps.map((one) => one.id)).toEqual([first.id]);
    const after = await assignOnCall(admin, { ...system, startsAt: first.endsAt, endsAt: hours(6) });
    expect(after.overlaps.map((one) => one.id)).toEqual([meets.id]);
  });

  it.each([
    ["begins in the past", { startsAt: hours(-1), endsAt: hours(1) }, "startsAt"],
    ["ends before it begins", { startsAt: hours(2), endsAt: hours(1) }, "endsAt"],
    ["ends now", { endsAt: hours(0) }, "endsAt"],
    ["is longer than 31 days", { endsAt: hours(31 * 24 + 1) }, "endsAt"],
  ])("is refused when it %s", async (_, span, path) => {
    await expect(assignOnCall(manager, { ...shop, ...span })).rejects.toMatchObject({
      code: "INVALID",
      errors: [{ path }],
    });
  });

  it("is given by a release manager of that system, to an operator of it", async () => {
    const endsAt = hours(4);
    await expect(assignOnCall(operator, { ...shop, endsAt })).rejects.toEqual(code("FORBIDDEN"));
    await expect(assignOnCall(manager, { user: operator.id, system: "*", endsAt })).rejects.toEqual(
      code("FORBIDDEN"),
    );
    const elsewhere = await person("release_manager", "elsewhere");
    await expect(assignOnCall(elsewhere, { ...shop, endsAt })).rejects.toEqual(code("FORBIDDEN"));
    for (const user of [(await person("viewer")).id, (await person("admin", "bank")).id, "nobody"]) {
      await expect(assignOnCall(manager, { user, system: "shop", endsAt })).rejects.toEqual(code("INVALID"));
    }
    const own = await assignOnCall(manager, { user: manager.email, system: "shop", endsAt });
    expect(own.person.id).toBe(manager.id);
  });

  it("can be ended once, by a release manager of its system, while it is not over", async () => {
    const shift = await assignOnCall(setup, { ...shop, endsAt: hours(1) });
    await expect(revokeOnCall(operator, { shift: shift.id })).rejects.toEqual(code("FORBIDDEN"));
    expect(await revokeOnCall(manager, { shift: shift.id })).toMatchObject({
      revokedAt: expect.any(String) as string,
    });
    await expect(revokeOnCall(manager, { shift: shift.id })).rejects.toEqual(code("WRONG_STATE"));
    await expect(revokeOnCall(manager, { shift: "none" })).rejects.toEqual(code("NOT_FOUND"));
    expect((await listShifts(manager, { system: "shop" })).items.map((one) => one.id)).not.toContain(
      shift.id,
    );
    const over = await assignOnCall(setup, { ...shop, endsAt: hours(1) });
    await client.onCallShift.update({
      where: { id: over.id },
      data: { startsAt: new Date(hours(-3)), endsAt: new Date(hours(-1)) },
    });
    await expect(revokeOnCall(manager, { shift: over.id })).rejects.toEqual(code("WRONG_STATE"));
  });
});

it("the roster shows the systems that one may read, and duties for all of them, page by page", async () => {
  const reader = await person("viewer", "ledger");
  const ledger = await person("operator", "ledger");
  const everywhere = await person("operator");
  await assignOnCall(setup, { user: ledger.id, system: "ledger", startsAt: hours(200), endsAt: hours(208) });
  await assignOnCall(setup, { user: everywhere.id, system: "*", startsAt: hours(200), endsAt: hours(201) });
  const first = await listShifts(reader, { limit: 1 });
  const second = await listShifts(reader, { limit: 1, cursor: first.next ?? undefined });
  const systems = [...first.items, ...second.items].map((one) => one.system);
  expect(systems.toSorted()).toEqual(["*", "ledger"]);
  expect(second.next).toBeNull();
});
