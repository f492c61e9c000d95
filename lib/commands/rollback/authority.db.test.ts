import { describe, expect, it } from "vitest";
import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import { revokeRole } from "#lib/commands/role/revoke.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { person, setup } from "../../../prisma/factories/people.ts";
import { prepare, preparedRollback, submittedRollback } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");
const manager = await person("release_manager");
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });

async function state(id: string): Promise<string> {
  return (await client.rollback.findUniqueOrThrow({ where: { id } })).state;
}

describe("approval", () => {
  it("is refused to whoever started the plan, whatever their role", async () => {
    const admin = await person("admin");
    const { id, planHash } = await submittedRollback(admin, { service: await service() });
    await expect(decideApproval(admin, { rollback: id, decision: "approve", planHash })).rejects.toEqual(
      code("SELF_APPROVAL"),
    );
    expect(await state(id)).toBe("awaiting_approval");
  });

  it("is refused to whoever edited the plan", async () => {
    const where = { service: await service() };
    const { id } = await preparedRollback(operator, where);
    await editRollback(manager, { id, changes: { to: "2.2.0" } });
    const planHash = await prepare(id, { ...where, to: "2.2.0" });
    await submitRollback(operator, { id });
    await expect(decideApproval(manager, { rollback: id, decision: "approve", planHash })).rejects.toEqual(
      code("SELF_APPROVAL"),
    );
  });

  it("needs the playbook's role in the service's own system", async () => {
    const { id, planHash } = await submittedRollback(operator, { service: await service() });
    for (const who of [await person("operator"), await person("viewer"), await person("admin", "other")]) {
      await expect(decideApproval(who, { rollback: id, decision: "approve", planHash })).rejects.toEqual(
        code("FORBIDDEN"),
      );
    }
    const insider = await person("release_manager", "shop");
    await decideApproval(insider, { rollback: id, decision: "approve", planHash });
    expect(await state(id)).toBe("approved");
  });

  it("signs one plan only: another hash is stale", async () => {
    const { id } = await submittedRollback(operator, { service: await service() });
    const planHash = "0".repeat(64);
    await expect(decideApproval(manager, { rollback: id, decision: "approve", planHash })).rejects.toEqual(
      code("PLAN_STALE"),
    );
  });

  it("is void once the plan is edited", async () => {
    const where = { service: await service() };
    const { id, planHash } = await submittedRollback(operator, where);
    await decideApproval(manager, { rollback: id, decision: "approve", planHash });
    await editRollback(operator, { id, changes: { reason: "Another reason." } });
    expect(await state(id)).toBe("draft");
    expect(await client.approval.count({ where: { rollbackId: id, voidedAt: null } })).toBe(0);
    await expect(executeRollback(operator, { id, planHash })).rejects.toEqual(code("WRONG_STATE"));
  });

  it("expires", async () => {
    const { id, planHash } = await submittedRollback(operator, { service: await service() });
    await client.rollback.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1000) } });
    await expect(decideApproval(manager, { rollback: id, decision: "approve", planHash })).rejects.toEqual(
      code("APPROVAL_EXPIRED"),
    );
  });

  it("ends the rollback when it is a rejection, and frees the lock", async () => {
    const where = { service: await service() };
    const { id, planHash } = await submittedRollback(operator, where);
    await decideApproval(manager, { rollback: id, decision: "reject", planHash, comment: "Fix forward." });
    expect(await state(id)).toBe("rejected");
    await preparedRollback(operator, where);
  });

  it("and rejection at the same moment have one outcome, 40 times", async () => {
    const others = await Promise.all([person("release_manager"), person("admin")]);
    for (let round = 0; round < 40; round++) {
      const { id, planHash } = await submittedRollback(operator, { service: await service() });
      const [approver, rejecter] = others;
      const results = await Promise.allSettled([
        decideApproval(approver, { rollback: id, decision: "approve", planHash }),
        decideApproval(rejecter, { rollback: id, decision: "reject", planHash }),
      ]);
      expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
      expect(await client.approval.count({ where: { rollbackId: id } })).toBe(1);
    }
  });
});

describe("execution", () => {
  async function approved(approver = manager) {
    const { id, planHash } = await submittedRollback(operator, { service: await service() });
    await decideApproval(approver, { rollback: id, decision: "approve", planHash });
    return { id, planHash };
  }

  it("starts exactly the plan that was approved", async () => {
    const { id, planHash } = await approved();
    await expect(executeRollback(operator, { id, planHash: "f".repeat(64) })).rejects.toEqual(
      code("PLAN_STALE"),
    );
    await executeRollback(operator, { id, planHash });
    expect(await state(id)).toBe("running");
    expect(await client.run.count({ where: { kind: "rollback", subjectId: id } })).toBe(1);
  });

  it("voids the approvals when one byte of the stored plan was changed", async () => {
    const { id, planHash } = await approved();
    const { plan } = await client.rollback.findUniqueOrThrow({ where: { id } });
    await client.rollback.update({ where: { id }, data: { plan: plan?.replace("2.3.0", "2.3.1") ?? null } });
    await expect(executeRollback(operator, { id, planHash })).rejects.toEqual(code("PLAN_STALE"));
    expect(await state(id)).toBe("draft");
    expect(await client.approval.count({ where: { rollbackId: id, voidedAt: null } })).toBe(0);
    expect(await client.run.count({ where: { kind: "rollback", subjectId: id } })).toBe(0);
  });

  it("is refused when the approver has lost the role since", async () => {
    const approver = await person("release_manager");
    const { id, planHash } = await approved(approver);
    await revokeRole(setup, { user: approver.id, role: "release_manager", system: "*" });
    await expect(executeRollback(operator, { id, planHash })).rejects.toEqual(code("ROLE_REVOKED"));
    expect(await state(id)).toBe("approved");
  });

  it("is refused when the version was quarantined after the approval", async () => {
    const { id, planHash } = await approved();
    const { serviceId } = await client.rollback.findUniqueOrThrow({ where: { id } });
    await client.pin.create({
      data: {
        id: `pin-${id}`,
        serviceId,
        environment: "production",
        version: "2.3.0",
        reason: "Bad.",
        createdBy: "x",
      },
    });
    await expect(executeRollback(operator, { id, planHash })).rejects.toEqual(code("PINNED"));
  });

  it("happens once when two press the button", async () => {
    const { id, planHash } = await approved();
    const results = await Promise.allSettled([
      executeRollback(operator, { id, planHash }),
      executeRollback(manager, { id, planHash }),
    ]);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });
});

describe("an emergency", () => {
  it("is refused without a re-authentication, and to anyone but an admin", async () => {
    const id = await service();
    const ask = { service: id, environment: "production", to: "2.3.0", reason: "Outage" };
    const emergency = { criterion: "critical-service-outage" };
    await expect(requestRollback(operator, { ...ask, emergency })).rejects.toEqual(code("FORBIDDEN"));
    const admin = await person("admin");
    await expect(requestRollback(admin, { ...ask, emergency: { criterion: "nope" } })).rejects.toEqual(
      code("INVALID"),
    );
  });
});

describe("a draft", () => {
  it("can be given up at any time, which frees the lock", async () => {
    const where = { service: await service() };
    const { id } = await preparedRollback(operator, where);
    await abortRollback(operator, { id, reason: "Wrong service." });
    expect(await state(id)).toBe("cancelled");
    await preparedRollback(operator, where);
  });

  it("in staging needs nobody's approval", async () => {
    const { id } = await preparedRollback(operator, { service: await service(), environment: "staging" });
    expect(await submitRollback(operator, { id })).toMatchObject({ state: "approved" });
  });
});
