import { describe, expect, it } from "vitest";
import { lendRole } from "#lib/commands/delegation/lend.ts";
import { assignOnCall } from "#lib/commands/on-call/assign.ts";
import { revokeRole } from "#lib/commands/role/revoke.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { documentedPlaybook, preparedAt, submittedAt } from "../../../prisma/factories/graded-rollback.ts";
import { person, setup } from "../../../prisma/factories/people.ts";
import { playbookWith } from "../../../prisma/factories/playbook.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });
const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
const documented = await documentedPlaybook();

/** Team consensus: two people must approve it. */
const submitted = () => submittedAt({ by: operator, playbook: documented, severity: "P2" });

const approve = (who: UserActor, { id, planHash }: { id: string; planHash: string }) =>
  decideApproval(who, { rollback: id, decision: "approve", planHash });
const execute = ({ id, planHash }: { id: string; planHash: string }) =>
  executeRollback(operator, { id, planHash });
const onDuty = async (who: UserActor) =>
  assignOnCall(setup, { user: who.id, system: "shop", endsAt: hours(8) });

describe("a quorum of two", () => {
  const lend = (from: UserActor, to: UserActor) =>
    lendRole(from, { to: to.id, role: "release_manager", reason: "Away.", endsAt: hours(5) });

  it("is two people", async () => {
    const rollback = await submitted();
    const [first, second] = [await person("release_manager"), await person("admin")];
    expect(await approve(first, rollback)).toEqual({ state: "awaiting_approval" });
    await expect(approve(first, rollback)).rejects.toEqual(code("WRONG_STATE"));
    expect(await approve(second, rollback)).toEqual({ state: "approved" });
    expect(await execute(rollback)).toEqual({ state: "running" });
  });

  it("is two authorities: a lender and a borrower are one, in either order", async () => {
    const lender = await person("release_manager");
    const [one, two] = [await person("operator"), await person("operator")];
    await lend(lender, one);
    await lend(lender, two);
    const rollback = await submitted();
    expect(await approve(one, rollback)).toEqual({ state: "awaiting_approval" });
    await expect(approve(two, rollback)).rejects.toMatchObject({
      message: `${lender.name} has approved this plan already, and one authority counts once. Nothing was changed.`,
    });
    await expect(approve(lender, rollback)).rejects.toEqual(code("WRONG_STATE"));
    const other = await submitted();
    await approve(lender, other);
    await expect(approve(one, other)).rejects.toEqual(code("WRONG_STATE"));
    expect(await approve(await person("admin"), other)).toEqual({ state: "approved" });
  });

  it("does not count an approval whose giver has lost the role meanwhile", async () => {
    const rollback = await submitted();
    const first = await person("release_manager");
    await approve(first, rollback);
    await revokeRole(setup, { user: first.id, role: "release_manager" });
    expect(await approve(await person("admin"), rollback)).toEqual({ state: "awaiting_approval" });
    expect(await approve(await person("admin"), rollback)).toEqual({ state: "approved" });
    expect(await execute(rollback)).toEqual({ state: "running" });
  });
});

describe("a rollback of several services", () => {
  it("meets the stricter of their playbooks in everything", async () => {
    const wide = await playbookWith([{ approvals: 1, onCall: true, roles: ["operator"] }]);
    const strict = await playbookWith([{ approvals: 2, roles: ["admin"], expiryMinutes: 10 }]);
    const companion = await service({ playbook: strict });
    const rollback = await preparedAt({ by: operator, playbook: wide, severity: null });
    await client.rollbackMember.create({
      data: {
        rollbackId: rollback.id,
        serviceId: companion,
        environment: "production",
        position: 1,
        toVersion: "2.3.0",
        scope: ["code"],
      },
    });
    await submitRollback(operator, { id: rollback.id });
    const row = await client.rollback.findUniqueOrThrow({ where: { id: rollback.id } });
    expect(Number(row.expiresAt) - Number(row.submittedAt)).toBe(10 * 60_000);
    const duty = await person("operator");
    await onDuty(duty);
    await expect(approve(duty, rollback)).rejects.toEqual(code("FORBIDDEN"));
    await expect(approve(await person("release_manager"), rollback)).rejects.toEqual(code("FORBIDDEN"));
    const [first, second] = [await person("admin"), await person("admin", "shop")];
    expect(await approve(first, rollback)).toEqual({ state: "awaiting_approval" });
    expect(await approve(second, rollback)).toEqual({ state: "approved" });
    await revokeRole(setup, { user: second.id, role: "admin", system: "shop" });
    await expect(execute(rollback)).rejects.toEqual(code("ROLE_REVOKED"));
  });
});
