import { beforeEach, expect, it } from "vitest";
import { completeReview } from "#lib/commands/review/complete.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { homeOverview } from "#lib/queries/home/overview.ts";
import { escalateDebts } from "#lib/workflows/escalate-debts.ts";
import { person } from "../../prisma/factories/people.ts";
import { preparedRollback } from "../../prisma/factories/rollback.ts";
import { service } from "../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");
const owner = await person("operator");
const admin = await person("admin");
const elsewhere = await person("admin", "other");
const due = new Date(Date.now() + 3_600_000);
const late = new Date(due.getTime() + 60_000);
let id = "";

beforeEach(async () => {
  await client.notification.deleteMany();
  await client.review.updateMany({ data: { doneAt: new Date() } });
  ({ id } = await preparedRollback(operator, { service: await service() }));
  await client.review.createMany({
    data: ["review", "documentation"].map((kind) => ({
      id: `${kind}-${id}`,
      kind,
      rollbackId: id,
      userId: owner.id,
      dueAt: due,
    })),
  });
});

const told = (userId: string) => client.notification.count({ where: { userId, kind: "review_overdue" } });
const events = () => client.event.count({ where: { type: "review.overdue", subjectId: { endsWith: id } } });

it("What an emergency left is told to every admin of the system, once, when it is overdue", async () => {
  await escalateDebts(new Date(due.getTime() - 1000));
  expect(await events()).toBe(0);
  await client.review.updateMany({ where: { rollbackId: id }, data: { dueAt: new Date(Date.now() - 1000) } });
  await Promise.all(Array.from({ length: 4 }, () => escalateDebts(late)));
  await escalateDebts(late);
  expect(await events()).toBe(2);
  expect(await told(admin.id)).toBe(2);
  expect(await told(owner.id)).toBe(2);
  expect(await told(elsewhere.id)).toBe(0);
  expect(await client.review.count({ where: { rollbackId: id, escalatedAt: null } })).toBe(0);
});

it("What is done in time is not told", async () => {
  const text = "Skipped for four minutes of outage; it was right to.";
  await completeReview(owner, { review: `review-${id}`, text });
  await client.review.updateMany({
    where: { rollbackId: id, doneAt: null },
    data: { dueAt: new Date(Date.now() - 1000) },
  });
  await escalateDebts(late);
  expect(await events()).toBe(1);
});

it("Home shows one's own debts, the overdue first, and to an admin what others owe too long", async () => {
  expect((await homeOverview(owner)).reviews.map((one) => [one.kind, one.overdue])).toEqual([
    ["review", false],
    ["documentation", false],
  ]);
  expect((await homeOverview(admin)).reviews).toEqual([]);
  await client.review.update({
    where: { id: `documentation-${id}` },
    data: { dueAt: new Date(Date.now() - 7_200_000) },
  });
  expect((await homeOverview(owner)).reviews.map((one) => [one.kind, one.overdue])).toEqual([
    ["documentation", true],
    ["review", false],
  ]);
  expect((await homeOverview(admin)).reviews).toMatchObject([
    { kind: "documentation", overdue: true, owedBy: { id: owner.id } },
  ]);
  expect((await homeOverview(elsewhere)).reviews).toEqual([]);
});
