import { beforeEach, describe, expect, it } from "vitest";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { declareEmergency } from "#lib/commands/rollback/declare-emergency.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { newId } from "#lib/platform/id.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { confirmed, person } from "../../../prisma/factories/people.ts";
import { prepare, submittedRollback } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });
const emergency = { criterion: "service-outage" };

let shop = "";
const where = () => ({ service: shop, environment: "production" as const, to: "2.3.0" });
const debts = (rollbackId: string) => client.review.findMany({ where: { rollbackId } });

beforeEach(async () => {
  shop = await service();
});

describe("A plan that waits", () => {
  it("becomes an emergency by somebody entitled: another plan, approvals void, its declarer no approver", async () => {
    const operator = await person("operator");
    const manager = await person("release_manager");
    const admin = await confirmed("admin");
    const { id, planHash } = await submittedRollback(operator, where());
    const { emergencyChoice } = await getRollback(admin, id);
    expect(emergencyChoice?.criteria.map((one) => one.id)).toContain("service-outage");
    expect((await getRollback(manager, id)).emergencyChoice).toBeNull();
    await declareEmergency(admin, { id, ...emergency, reason: "Nobody answers." });
    const row = await client.rollback.findUniqueOrThrow({ where: { id } });
    expect(row).toMatchObject({
      state: "draft",
      planHash: null,
      preparation: 2,
      initiatorId: operator.id,
      editorIds: [admin.id],
      emergency: { criterion: "service-outage", reason: "Nobody answers." },
    });
    await expect(decideApproval(manager, { rollback: id, decision: "approve", planHash })).rejects.toEqual(
      code("WRONG_STATE"),
    );
    const newHash = await prepare(id, where());
    await expect(submitRollback(operator, { id })).rejects.toEqual(code("FORBIDDEN"));
    expect(await submitRollback(admin, { id })).toMatchObject({ state: "approved" });
    expect((await debts(id)).map((debt) => debt.userId)).toEqual([admin.id, admin.id]);
    // It rests on whoever invoked it, not on whoever started the rollback.
    await executeRollback(operator, { id, planHash: newHash });
  });

  it("keeps void what was signed before", async () => {
    const manager = await person("release_manager");
    const admin = await confirmed("admin");
    const { id, planHash } = await submittedRollback(await person("operator"), where());
    await client.approval.create({
      data: {
        id: newId("apr"),
        rollbackId: id,
        userId: manager.id,
        role: "release_manager",
        decision: "approve",
        planHash,
      },
    });
    await declareEmergency(admin, { id, ...emergency, reason: "Nobody else answers." });
    expect(await client.approval.count({ where: { rollbackId: id, voidedAt: null } })).toBe(0);
  });

  it.each([
    ["by a release manager", "FORBIDDEN", () => confirmed("release_manager"), "service-outage"],
    ["by an admin who did not confirm", "REAUTHENTICATION_REQUIRED", () => person("admin"), "service-outage"],
    ["by no criterion", "INVALID", () => confirmed("admin"), "bad-mood"],
  ])("does not become one %s, and stays as it is", async (_what, expected, someone, criterion) => {
    const { id, planHash } = await submittedRollback(await person("operator"), where());
    const who = await someone();
    const before = await client.event.count();
    await expect(declareEmergency(who, { id, criterion, reason: "Outage" })).rejects.toEqual(code(expected));
    expect(await client.event.count()).toBe(before);
    expect(await client.rollback.findUniqueOrThrow({ where: { id } })).toMatchObject({
      state: "awaiting_approval",
      planHash,
      emergency: null,
    });
  });

  it("does not become one twice, nor once it is approved", async () => {
    const admin = await confirmed("admin");
    const { id } = await submittedRollback(await person("operator"), where());
    await declareEmergency(admin, { id, ...emergency, reason: "Outage" });
    await expect(declareEmergency(admin, { id, ...emergency, reason: "Outage" })).rejects.toEqual(
      code("WRONG_STATE"),
    );
    shop = await service();
    const approved = await submittedRollback(await person("operator"), where());
    await client.rollback.update({ where: { id: approved.id }, data: { state: "approved" } });
    await expect(
      declareEmergency(admin, { id: approved.id, ...emergency, reason: "Outage" }),
    ).rejects.toEqual(code("WRONG_STATE"));
  });
});
