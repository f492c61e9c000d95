import { describe, expect, it } from "vitest";
import { lendRole } from "#lib/commands/delegation/lend.ts";
import { revokeDelegation } from "#lib/commands/delegation/revoke.ts";
import { createPin } from "#lib/commands/pin/create.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { listDelegations } from "#lib/queries/delegation/list.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const ada = await person("release_manager", "shop");
const bo = await person("operator", "shop");
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });
const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
const loan = { to: bo.id, role: "release_manager", system: "shop", reason: "On a train." } as const;

describe("a lent role", () => {
  it("is one that the lender holds there by themselves", async () => {
    const endsAt = hours(5);
    await expect(lendRole(ada, { ...loan, role: "admin", endsAt })).rejects.toEqual(code("FORBIDDEN"));
    await expect(lendRole(ada, { ...loan, system: "*", endsAt })).rejects.toEqual(code("FORBIDDEN"));
    await lendRole(ada, { ...loan, endsAt });
    const cy = await person("operator", "shop");
    const onwards = lendRole(bo, { ...loan, to: cy.id, endsAt });
    await expect(onwards).rejects.toEqual(code("FORBIDDEN"));
  });

  it("goes to an operator of that system, who is somebody else", async () => {
    const endsAt = hours(5);
    for (const to of [
      (await person("viewer", "shop")).id,
      (await person("admin", "bank")).id,
      "nobody",
      ada.id,
    ]) {
      await expect(lendRole(ada, { ...loan, to, endsAt })).rejects.toMatchObject({
        code: "INVALID",
        errors: [{ path: "to" }],
      });
    }
  });

  it.each([-1, 14 * 24 + 1])("is refused for %d hours", async (count) => {
    await expect(lendRole(ada, { ...loan, endsAt: hours(count) })).rejects.toMatchObject({
      code: "INVALID",
      errors: [{ path: "endsAt" }],
    });
  });

  it("gives no right but to approve", async () => {
    await lendRole(ada, { ...loan, endsAt: hours(5) });
    const pin = { service: await service(), environment: "production", version: "2.3.0", reason: "Bad." };
    await expect(createPin(bo, pin)).rejects.toEqual(code("FORBIDDEN"));
    await createPin(ada, pin);
  });

  it("is taken back by either of the two or by an admin there, once", async () => {
    const stranger = await person("release_manager", "shop");
    for (const who of [ada, bo, await person("admin", "shop")]) {
      const { id } = await lendRole(ada, { ...loan, endsAt: hours(5) });
      await expect(revokeDelegation(stranger, { delegation: id })).rejects.toEqual(code("FORBIDDEN"));
      await revokeDelegation(who, { delegation: id });
      await expect(revokeDelegation(who, { delegation: id })).rejects.toEqual(code("WRONG_STATE"));
    }
    const outsider = await person("admin", "bank");
    const { id } = await lendRole(ada, { ...loan, endsAt: hours(5) });
    await expect(revokeDelegation(outsider, { delegation: id })).rejects.toEqual(code("FORBIDDEN"));
    await client.delegation.update({ where: { id }, data: { endsAt: new Date(hours(-1)) } });
    await expect(revokeDelegation(ada, { delegation: id })).rejects.toEqual(code("WRONG_STATE"));
  });

  it("stands in the record of both, and is shown to both and within the system", async () => {
    const lender = await person("admin", "ledger");
    const borrower = await person("operator", "ledger");
    const made = await lendRole(lender, { ...loan, to: borrower.id, system: "ledger", endsAt: hours(5) });
    for (const who of [lender, borrower, await person("viewer", "ledger")]) {
      const { items } = await listDelegations(who, { user: borrower.id });
      expect(items.map((one) => one.id)).toEqual([made.id]);
    }
    expect((await listDelegations(await person("admin", "bank"), {})).items).toEqual([]);
    const streams = await client.eventStream.findMany({
      where: { stream: { in: [`user:${lender.id}`, `user:${borrower.id}`] } },
      orderBy: { position: "desc" },
      take: 2,
    });
    expect(new Set(streams.map((row) => row.position)).size).toBe(1);
  });
});
