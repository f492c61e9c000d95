import { beforeEach, describe, expect, it } from "vitest";
import { completeReview } from "#lib/commands/review/complete.ts";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { newId } from "#lib/platform/id.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { confirmed, person } from "../../../prisma/factories/people.ts";
import { prepare, preparedRollback } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });
const emergency = { criterion: "service-outage" };
const hour = 3_600_000;

async function onCall(who: UserActor, system = "shop", hours: [number, number] = [-1, 1]): Promise<void> {
  const [startsAt, endsAt] = hours.map((one) => new Date(Date.now() + one * hour)) as [Date, Date];
  const shift = { id: newId("shf"), userId: who.id, system, startsAt, endsAt, createdBy: "test" };
  await client.onCallShift.create({ data: shift });
}
/** The playbook with other rules about emergencies, for this service alone from here on. */
async function rules(shop: string, changes: object): Promise<void> {
  const { playbookId } = await client.service.findUniqueOrThrow({ where: { id: shop } });
  const row = await client.playbook.findFirstOrThrow({
    where: { id: playbookId },
    orderBy: { version: "desc" },
  });
  const id = `rules-of-${shop}`;
  const document = row.document as { authority: { emergency: object } };
  const authority = { ...document.authority, emergency: { ...document.authority.emergency, ...changes } };
  const own = { ...document, id, version: 1, authority };
  await client.playbook.create({ data: { ...row, id, version: 1, source: id, document: own } });
  await client.service.update({ where: { id: shop }, data: { playbookId: id } });
}

let shop = "";
const where = () => ({ service: shop, environment: "production" as const, to: "2.3.0" });
const ask = (who: UserActor, criterion = "service-outage") =>
  requestRollback(who, { ...where(), reason: "Outage", emergency: { criterion } });
/** Invoked, up to where it may be executed. */
async function invoked(who: UserActor): Promise<{ id: string; planHash: string }> {
  const { id } = await ask(who);
  const planHash = await prepare(id, where());
  await submitRollback(who, { id });
  return { id, planHash };
}
const debts = (rollbackId: string) =>
  client.review.findMany({ where: { rollbackId }, orderBy: { kind: "asc" } });

beforeEach(async () => {
  shop = await service();
});

describe("An emergency is refused", () => {
  it.each([
    ["to an operator and a release manager", "FORBIDDEN", () => confirmed("operator"), undefined],
    ["to an admin of another system", "FORBIDDEN", () => confirmed("admin", 1, "other"), undefined],
    ["by a criterion that the playbook does not name", "INVALID", () => confirmed("admin"), "bad-mood"],
    ["without a confirmation of who it is", "REAUTHENTICATION_REQUIRED", () => person("admin"), undefined],
    ["with one that is too old", "REAUTHENTICATION_REQUIRED", () => confirmed("admin", 10), undefined],
  ])("%s, and nothing is touched", async (_what, expected, someone, criterion) => {
    const who = await someone();
    const before = await client.event.count();
    await expect(ask(who, criterion)).rejects.toEqual(code(expected));
    expect(await client.event.count()).toBe(before);
    expect(await client.rollback.count({ where: { serviceId: shop } })).toBe(0);
    expect(await client.notification.count({ where: { kind: "emergency", text: { contains: shop } } })).toBe(
      0,
    );
  });

  it("while a review of one's own is overdue, until it is written; the documentation does not block", async () => {
    const who = await confirmed("admin");
    const { id } = await invoked(who);
    await client.rollback.update({ where: { id }, data: { state: "succeeded", endedAt: new Date() } });
    await client.review.updateMany({
      where: { rollbackId: id },
      data: { dueAt: new Date(Date.now() - 1000) },
    });
    await expect(ask(who)).rejects.toEqual(code("REVIEW_OVERDUE"));
    const another = await confirmed("admin");
    const first = await ask(another);
    await client.rollback.update({ where: { id: first.id }, data: { state: "cancelled" } });
    const review = (await debts(id)).find(({ kind }) => kind === "review")?.id ?? "";
    await completeReview(who, {
      review,
      text: "Approval was skipped for four minutes of outage. It was right.",
    });
    await ask(who);
  });

  it("for a version that is not known good, or while another rollback holds the lock", async () => {
    const who = await confirmed("admin");
    const input = { ...where(), reason: "Outage", emergency };
    await expect(requestRollback(who, { ...input, to: "2.4.0" })).rejects.toMatchObject({ name: "Refusal" });
    await preparedRollback(await person("operator"), where());
    await expect(requestRollback(who, input)).rejects.toEqual(code("LOCKED"));
  });

  it("with an open checklist, at submission", async () => {
    const who = await confirmed("admin");
    const { id } = await ask(who);
    await prepare(id, where());
    const item = {
      rollbackId: id,
      itemId: "told",
      position: 0,
      title: "Told",
      kind: "manual",
      required: true,
    };
    await client.checklistItem.create({ data: item });
    await expect(submitRollback(who, { id })).rejects.toEqual(code("CHECKLIST_OPEN"));
    expect(await debts(id)).toEqual([]);
  });

  it("at execution, once the plan is another or the invoker has lost the role", async () => {
    const who = await confirmed("admin");
    const { id, planHash } = await invoked(who);
    await expect(executeRollback(who, { id, planHash: "0".repeat(64) })).rejects.toEqual(code("PLAN_STALE"));
    await client.grant.deleteMany({ where: { userId: who.id } });
    const other = await person("operator");
    await expect(executeRollback(other, { id, planHash })).rejects.toEqual(code("ROLE_REVOKED"));
  });
});

describe("Whoever is on call", () => {
  it("invokes one where the playbook says so, on duty in that system now, and not otherwise", async () => {
    const who = await confirmed("operator");
    await onCall(who);
    await expect(ask(who)).rejects.toEqual(code("FORBIDDEN"));
    await rules(shop, { onCall: true });
    const { id, planHash } = await invoked(who);
    await executeRollback(who, { id, planHash });
  });

  it.each([
    ["for another system", "other", [-1, 1]],
    ["an hour ago", "shop", [-2, -1]],
    ["in an hour", "shop", [1, 2]],
  ] as const)("%s is not on duty", async (_what, system, hours) => {
    await rules(shop, { onCall: true });
    const who = await confirmed("operator");
    await onCall(who, system, [...hours]);
    await expect(ask(who)).rejects.toEqual(code("FORBIDDEN"));
  });

  it("still needs to be an operator there", async () => {
    await rules(shop, { onCall: true });
    const who = await confirmed("viewer");
    await onCall(who);
    await expect(ask(who)).rejects.toEqual(code("FORBIDDEN"));
  });
});

it("A confirmation counts for as long as the playbook says", async () => {
  await rules(shop, { reauthenticatedMinutes: 30 });
  await ask(await confirmed("admin", 29));
  shop = await service();
  await rules(shop, { reauthenticatedMinutes: 2 });
  await expect(ask(await confirmed("admin", 3))).rejects.toEqual(code("REAUTHENTICATION_REQUIRED"));
});

describe("An emergency that is invoked", () => {
  it("tells everyone whom it skips and keeps their names", async () => {
    const approver = await person("release_manager", "shop");
    const who = await confirmed("admin");
    const { id } = await invoked(who);
    const told = await client.notification.findMany({ where: { userId: approver.id, kind: "emergency" } });
    expect(told).toHaveLength(1);
    const event = await client.event.findFirstOrThrow({
      where: { type: "emergency.invoked", subjectId: id },
    });
    const { data } = JSON.parse(event.body) as { data: { skippedApprovers: string[]; reason: string } };
    expect(data.skippedApprovers).toContain(approver.name);
    expect(data.skippedApprovers).not.toContain(who.name);
    expect(data.reason).toBe("Outage");
  });

  it("leaves its invoker a review and a documentation, each due when the playbook says; neither can be deleted", async () => {
    await rules(shop, { reviewHours: 12, documentationHours: 48 });
    const who = await confirmed("admin");
    const { id } = await invoked(who);
    const [documentation, review] = await debts(id);
    const inHours = (at: Date | undefined) => Math.round(((at?.getTime() ?? 0) - Date.now()) / hour);
    expect(documentation).toMatchObject({ kind: "documentation", userId: who.id, doneAt: null });
    expect(review).toMatchObject({ kind: "review", userId: who.id, doneAt: null });
    expect([inHours(review?.dueAt), inHours(documentation?.dueAt)]).toEqual([12, 48]);
    await expect(client.review.deleteMany({ where: { rollbackId: id } })).rejects.toThrow(
      "cannot be removed",
    );
  });

  it("can be submitted again with a plan that was made anew, and owes the same two debts", async () => {
    const who = await confirmed("admin");
    const { id } = await invoked(who);
    const first = await debts(id);
    await editRollback(who, { id, changes: { reason: "Outage, still" } });
    await prepare(id, where());
    expect(await submitRollback(who, { id })).toMatchObject({ state: "approved" });
    expect(await debts(id)).toEqual(first);
  });
});

describe("What it leaves to be done", () => {
  const text = "Skipped the approval; customers were out for four minutes.";
  it("is written by whoever owes it, or by a release manager, and by nobody else", async () => {
    await rules(shop, { onCall: true });
    const who = await confirmed("operator");
    await onCall(who);
    const { id } = await invoked(who);
    const [documentation, review] = (await debts(id)).map((debt) => debt.id);
    const stranger = await person("operator");
    await expect(completeReview(stranger, { review: review ?? "", text })).rejects.toEqual(code("FORBIDDEN"));
    await completeReview(who, { review: documentation ?? "", text });
    await completeReview(await person("release_manager"), { review: review ?? "", text });
    expect((await debts(id)).every((debt) => debt.doneAt !== null && debt.text === text)).toBe(true);
    const view = await getRollback(who, id);
    expect(view.debts.map((debt) => [debt.kind, debt.mayComplete])).toEqual([
      ["review", false],
      ["documentation", false],
    ]);
  });
});
