import { describe, expect, it } from "vitest";
import { completeReview } from "#lib/commands/review/complete.ts";
import { addUser } from "#lib/commands/user/add.ts";
import type { Actor } from "#lib/domain/actor.ts";
import type { Role } from "#lib/domain/role.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { listReviews } from "#lib/queries/review/list.ts";

const { client } = await testDatabase();
const cli: Actor = { kind: "system", id: "cli" };
const text = "Approval was skipped for three minutes of outage; the release manager agrees.";
const refusedWith = (code: string): unknown => expect.objectContaining({ name: "Refusal", code });

async function person(email: string, role: Role, system = "*"): Promise<Actor & { kind: "user" }> {
  const { id, name } = await addUser(cli, { email, name: "Somebody", role, system });
  return { kind: "user", id, email, name, via: { kind: "cli" } };
}

const owner = await person("owner@example.org", "admin");
await client.service.create({
  data: {
    id: "checkout",
    name: "Checkout",
    system: "shop",
    owner: "Shop",
    playbookId: "mvp-blue-green",
    environments: { create: { id: "env_1", name: "production", protected: true } },
  },
});

async function review(id: string, dueAt: Date): Promise<void> {
  const rollback = await client.rollback.create({
    data: {
      id: `rb_${id}`,
      serviceId: "checkout",
      environment: "production",
      state: "succeeded",
      toVersion: "2.3.0",
      scope: ["code"],
      procedure: "p",
      strategy: "blue-green",
      reason: "r",
      initiatorId: owner.id,
      emergency: { criterion: "outage" },
      playbookId: "mvp-blue-green",
      playbookVersion: 1,
    },
  });
  await client.review.create({ data: { id, rollbackId: rollback.id, userId: owner.id, dueAt } });
}

await review("rev_late", new Date(Date.now() - 3600_000));
await review("rev_open", new Date(Date.now() + 3600_000));

describe("the review that an emergency leaves", () => {
  it("is listed while it is owed, the first due first, to whoever may read there", async () => {
    expect((await listReviews(owner, { open: true })).items.map((item) => item.id)).toEqual([
      "rev_late",
      "rev_open",
    ]);
    expect((await listReviews(owner, { overdue: true })).items).toMatchObject([
      { id: "rev_late", overdue: true },
    ]);
    const elsewhere = await person("elsewhere@example.org", "release_manager", "warehouse");
    expect((await listReviews(elsewhere)).items).toEqual([]);
    const first = await listReviews(owner, { limit: 1 });
    const second = await listReviews(owner, { limit: 1, cursor: first.next ?? undefined });
    expect(second.items.map((item) => item.id)).toEqual(["rev_open"]);
  });

  it("is completed with words, once, by a release manager of the system", async () => {
    const operator = await person("op@example.org", "operator");
    const input = { review: "rev_late", text };
    await expect(completeReview(operator, input)).rejects.toEqual(refusedWith("FORBIDDEN"));
    const manager = await person("manager@example.org", "release_manager", "shop");
    await expect(completeReview(manager, { review: "rev_late", text: "ok" })).rejects.toEqual(
      refusedWith("INVALID"),
    );
    expect(await completeReview(manager, input)).toMatchObject({ id: "rev_late", wasOverdue: true });
    await expect(completeReview(manager, input)).rejects.toEqual(refusedWith("WRONG_STATE"));
    await expect(completeReview(manager, { review: "rev_none", text })).rejects.toEqual(
      refusedWith("NOT_FOUND"),
    );
    expect((await listReviews(owner, { overdue: true })).items).toEqual([]);
  });

  it("cannot be deleted", async () => {
    await expect(client.review.deleteMany()).rejects.toThrow("cannot be removed");
  });
});
