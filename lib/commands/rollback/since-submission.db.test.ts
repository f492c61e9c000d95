import { describe, expect, it } from "vitest";
import { changeIncident } from "#lib/commands/incident/change.ts";
import { declareIncident } from "#lib/commands/incident/declare.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { chaseApprovals } from "#lib/workflows/chase-approvals.ts";
import { confirmed, person } from "../../../prisma/factories/people.ts";
import { playbookWith } from "../../../prisma/factories/playbook.ts";
import { prepare } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");
const manager = await person("release_manager");
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });
const environment = "production";
const plain = { environment, to: "2.3.0", reason: "The release answers 5xx." } as const;
const graded = await playbookWith([
  { severities: ["P0", "P1", "P2"] },
  { rollbackAllowed: false, because: "P3 waits for the next scheduled deployment." },
]);

async function atP2() {
  const shop = await service({ playbook: graded });
  const where = { service: shop, environment } as const;
  const { id: incident } = await declareIncident(operator, { ...where, title: "Slow", severity: "P2" });
  const { id } = await requestRollback(operator, { ...plain, service: shop, incident });
  const planHash = await prepare(id, where);
  await submitRollback(operator, { id });
  const regrade = () => changeIncident(operator, { id: incident, severity: "P3", note: "Few are hit." });
  const approve = () => decideApproval(manager, { rollback: id, decision: "approve", planHash });
  return { id, incident, planHash, regrade, approve };
}

describe("a severity that was changed after the submission, to one for which nothing is rolled back,", () => {
  it("lets nobody approve any more, but reject", async () => {
    const { id, planHash, regrade, approve } = await atP2();
    await regrade();
    await expect(approve()).rejects.toMatchObject({
      code: "PLAYBOOK_REFUSES",
      message: "P3 waits for the next scheduled deployment. Nothing was changed.",
    });
    await decideApproval(manager, { rollback: id, decision: "reject", planHash });
  });

  it("stops what was approved before it begins", async () => {
    const { id, planHash, regrade, approve } = await atP2();
    await approve();
    await regrade();
    await expect(executeRollback(operator, { id, planHash })).rejects.toEqual(code("PLAYBOOK_REFUSES"));
    expect(await client.rollback.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "approved" });
  });
});

it("a severity is changed with a reason, since it says who must approve", async () => {
  const { incident } = await atP2();
  await expect(changeIncident(operator, { id: incident, severity: "P0" })).rejects.toMatchObject({
    code: "INVALID",
    errors: [{ path: "note" }],
  });
  await changeIncident(operator, { id: incident, severity: "P2" });
});

describe("a service that moves besides,", () => {
  it("when it is given a playbook that is newer than the rollback, keeps nobody from reading or asking", async () => {
    const [own, companion] = [await service(), await service()];
    const members = [{ service: companion, to: "2.3.0" }];
    const { id } = await requestRollback(operator, { ...plain, service: own, members });
    await prepare(id, { service: own });
    await submitRollback(operator, { id });
    const newer = await playbookWith([{ approvals: 2, roles: ["admin"] }]);
    await client.service.update({ where: { id: companion }, data: { playbookId: newer } });
    expect((await getRollback(operator, id)).approvals.required).toBe(2);
    await chaseApprovals();
  });

  it("asks of an emergency, up to its last effect, what its own playbook wants of whoever invoked it", async () => {
    const theirs = await playbookWith([{}], { roles: ["admin"] });
    const mild = await playbookWith([{}], { roles: ["release_manager"] });
    const companion = await service({ playbook: theirs });
    const own = await service({ playbook: mild });
    const admin = await confirmed("admin");
    const { id } = await requestRollback(admin, {
      ...plain,
      service: own,
      members: [{ service: companion, to: "2.3.0" }],
      emergency: { criterion: "service-outage" },
    });
    const planHash = await prepare(id, { service: own });
    await submitRollback(admin, { id });
    await client.grant.updateMany({ where: { userId: admin.id }, data: { role: "release_manager" } });
    await expect(executeRollback(operator, { id, planHash })).rejects.toEqual(code("ROLE_REVOKED"));
  });
});

it("whoever invokes an emergency a second time owes a review of their own", async () => {
  const own = await service();
  const [first, second] = [await confirmed("admin"), await confirmed("admin")];
  const { id } = await requestRollback(first, {
    ...plain,
    service: own,
    emergency: { criterion: "service-outage" },
  });
  await prepare(id, { service: own });
  await submitRollback(first, { id });
  await client.rollback.update({ where: { id }, data: { state: "draft" } });
  await submitRollback(second, { id });
  const debts = await client.review.findMany({ where: { rollbackId: id } });
  expect(debts.map((debt) => debt.userId).toSorted()).toEqual(
    [first.id, first.id, second.id, second.id].toSorted(),
  );
});

it("somebody who may not execute a rollback has nothing looked at either", async () => {
  const own = await service();
  const { id } = await requestRollback(operator, { ...plain, service: own });
  const planHash = await prepare(id, { service: own });
  await client.rollback.update({ where: { id }, data: { state: "approved" } });
  await client.checklistItem.create({
    data: {
      rollbackId: id,
      itemId: "fresh",
      position: 0,
      title: "Fresh",
      kind: "automatic",
      required: false,
      state: "done",
      gate: "execute",
    },
  });
  const asked = () => client.run.count({ where: { subjectId: id, kind: { in: ["observe", "check"] } } });
  for (const who of [await person("viewer"), await person("admin", "bank")]) {
    await expect(executeRollback(who, { id, planHash })).rejects.toEqual(code("FORBIDDEN"));
    expect(await asked()).toBe(0);
  }
});

it("what is no request to execute is refused as such", async () => {
  const planHash = "0".repeat(64);
  for (const input of [null, [], { planHash }, { id: {}, planHash }, { id: ["RB-1"], planHash }]) {
    await expect(executeRollback(operator, input as never)).rejects.toEqual(code("INVALID"));
  }
});
