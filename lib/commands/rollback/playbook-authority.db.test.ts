import { describe, expect, it } from "vitest";
import { lendRole } from "#lib/commands/delegation/lend.ts";
import { revokeDelegation } from "#lib/commands/delegation/revoke.ts";
import { assignOnCall } from "#lib/commands/on-call/assign.ts";
import { revokeOnCall } from "#lib/commands/on-call/revoke.ts";
import { revokeRole } from "#lib/commands/role/revoke.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import type { Severity } from "#lib/domain/incident.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import {
  documentedPlaybook,
  incidentOf,
  preparedAt,
  submittedAt,
} from "../../../prisma/factories/graded-rollback.ts";
import { person, setup } from "../../../prisma/factories/people.ts";
import { prepare } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });
const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
const past = new Date(Date.now() - 3_600_000);

const documented = await documentedPlaybook();

const prepared = (severity: Severity | null, by = operator) =>
  preparedAt({ by, playbook: documented, severity });
const submitted = (severity: Severity | null, by = operator) =>
  submittedAt({ by, playbook: documented, severity });
const plain = { environment: "production", to: "2.3.0", reason: "The release answers 5xx." } as const;

const approve = (who: UserActor, { id, planHash }: { id: string; planHash: string }) =>
  decideApproval(who, { rollback: id, decision: "approve", planHash });
const execute = ({ id, planHash }: { id: string; planHash: string }) =>
  executeRollback(operator, { id, planHash });
const onDuty = async (who: UserActor) =>
  assignOnCall(setup, { user: who.id, system: "shop", endsAt: hours(8) });

describe("a rule that allows no rollback", () => {
  it.each(["production", "staging"] as const)(
    "refuses the request in %s and says what to do",
    async (environment) => {
      const id = await service({ playbook: documented });
      const about = { incident: await incidentOf(operator, id, "P3", environment), service: id };
      await expect(requestRollback(operator, { ...plain, ...about, environment })).rejects.toMatchObject({
        code: "PLAYBOOK_REFUSES",
        message: "P3 waits for the next scheduled deployment. Nothing was changed.",
      });
      expect(await client.rollback.count({ where: { serviceId: id } })).toBe(0);
    },
  );

  it("refuses the submission too, when the incident was graded anew since", async () => {
    const { id, incident: about } = await prepared("P2");
    await client.incident.update({ where: { id: about ?? "" }, data: { severity: "P3" } });
    await expect(submitRollback(operator, { id })).rejects.toEqual(code("PLAYBOOK_REFUSES"));
  });
});

describe("whoever asks for a rollback", () => {
  it("holds the role that the rule names, and keeps it until the last effect", async () => {
    const id = await service({ playbook: documented });
    const ask = { ...plain, service: id, incident: await incidentOf(operator, id, "P1") };
    await expect(requestRollback(operator, ask)).rejects.toEqual(code("FORBIDDEN"));
    const asker = await person("release_manager");
    const rollback = await submitted("P1", asker);
    await approve(await person("admin"), rollback);
    await client.grant.updateMany({ where: { userId: asker.id }, data: { role: "operator" } });
    await expect(execute(rollback)).rejects.toMatchObject({
      code: "ROLE_REVOKED",
      message: `${asker.name}, who started it, no longer holds the role release manager.`,
    });
  });

  it("meets the most demanding rule without an incident", async () => {
    await expect(prepared(null)).rejects.toEqual(code("FORBIDDEN"));
    const { id } = await submitted(null, await person("release_manager"));
    const { expiresAt, submittedAt } = await client.rollback.findUniqueOrThrow({ where: { id } });
    expect(Number(expiresAt) - Number(submittedAt)).toBe(30 * 60_000);
  });
});

describe("a duty", () => {
  it("lets an operator decide where the rule takes the word of whoever is on call, and only there", async () => {
    const duty = await person("operator", "shop");
    const p0 = await submitted("P0");
    await expect(approve(duty, p0)).rejects.toEqual(code("FORBIDDEN"));
    const shift = await onDuty(duty);
    expect(await approve(duty, p0)).toEqual({ state: "approved" });
    expect(await client.approval.findFirstOrThrow({ where: { rollbackId: p0.id } })).toMatchObject({
      role: "operator",
      viaKind: "on_call",
      viaId: shift.id,
    });
    await expect(approve(duty, await submitted("P2"))).rejects.toEqual(code("FORBIDDEN"));
  });

  it("counts in its own system, from its start until its end", async () => {
    const rollback = await submitted("P0");
    const duty = await person("operator");
    const elsewhere = { user: duty.id, system: "bank", endsAt: hours(1) };
    await assignOnCall(setup, elsewhere);
    await assignOnCall(setup, { ...elsewhere, system: "shop", startsAt: hours(1), endsAt: hours(2) });
    const { id } = await assignOnCall(setup, { ...elsewhere, system: "shop" });
    await client.onCallShift.update({ where: { id }, data: { startsAt: new Date(0), endsAt: past } });
    await expect(approve(duty, rollback)).rejects.toEqual(code("FORBIDDEN"));
    await assignOnCall(setup, { ...elsewhere, system: "*" });
    await approve(duty, rollback);
  });

  it("does not let whoever wrote the plan sign it", async () => {
    await onDuty(operator);
    await expect(approve(operator, await submitted("P0"))).rejects.toEqual(code("SELF_APPROVAL"));
    await client.onCallShift.deleteMany({ where: { userId: operator.id } });
  });

  it("that was taken away takes its approval with it; one that ran out does not", async () => {
    for (const isRevoked of [true, false]) {
      const duty = await person("operator");
      const shift = await onDuty(duty);
      const rollback = await submitted("P0");
      await approve(duty, rollback);
      if (isRevoked) {
        await revokeOnCall(setup, { shift: shift.id });
        await expect(execute(rollback)).rejects.toMatchObject({
          code: "ROLE_REVOKED",
          message: `${duty.name}, who approved it on call, was taken off call.`,
        });
      } else {
        await client.onCallShift.update({
          where: { id: shift.id },
          data: { startsAt: new Date(0), endsAt: past },
        });
        expect(await execute(rollback)).toEqual({ state: "running" });
      }
    }
  });
});

describe("a lent role", () => {
  const lend = (from: UserActor, to: UserActor) =>
    lendRole(from, { to: to.id, role: "release_manager", system: "shop", reason: "Away.", endsAt: hours(5) });

  it("lets its borrower decide for the lender, and says so in the record", async () => {
    const [lender, borrower] = [await person("admin"), await person("operator")];
    const loan = await lend(lender, borrower);
    const rollback = await submitted("P0");
    expect(await approve(borrower, rollback)).toEqual({ state: "approved" });
    expect(await client.approval.findFirstOrThrow({ where: { rollbackId: rollback.id } })).toMatchObject({
      userId: borrower.id,
      role: "release_manager",
      viaKind: "delegation",
      viaId: loan.id,
    });
    const event = await client.event.findFirstOrThrow({
      where: { subjectId: rollback.id, type: "rollback.approval_given" },
    });
    expect(JSON.parse(event.body)).toMatchObject({
      data: { via: { kind: "delegation", lender: { id: lender.id, name: lender.name }, until: loan.endsAt } },
    });
  });

  it("is neither used nor given for a plan that one started or edited", async () => {
    const [author, lender, other] = [
      await person("release_manager"),
      await person("admin"),
      await person("operator"),
    ];
    await lend(lender, author);
    await lend(author, other);
    const rollback = await submitted("P0", author);
    await expect(approve(author, rollback)).rejects.toEqual(code("SELF_APPROVAL"));
    await expect(approve(other, rollback)).rejects.toEqual(code("SELF_APPROVAL"));
    const edited = await prepared("P0");
    await editRollback(author, { id: edited.id, changes: { reason: "Still." } });
    const planHash = await prepare(edited.id, edited);
    await submitRollback(operator, { id: edited.id });
    await expect(approve(other, { ...edited, planHash })).rejects.toEqual(code("SELF_APPROVAL"));
  });

  it.each([
    ["the loan is revoked", "loan", /approved it for .+, and that delegation was revoked\.$/],
    [
      "the lender loses the role",
      "lender",
      /, for whom .+ approved it, no longer holds the role release manager\.$/,
    ],
    [
      "the borrower is no operator any more",
      "borrower",
      /, who approved it for .+, no longer holds the role operator\.$/,
    ],
  ] as const)("carries no approval once %s", async (_, what, message) => {
    const [lender, borrower] = [await person("admin", "shop"), await person("operator")];
    const loan = await lend(lender, borrower);
    const rollback = await submitted("P0");
    await approve(borrower, rollback);
    if (what === "loan") await revokeDelegation(lender, { delegation: loan.id });
    if (what === "lender") await revokeRole(setup, { user: lender.id, role: "admin", system: "shop" });
    if (what === "borrower") await revokeRole(setup, { user: borrower.id, role: "operator" });
    await expect(execute(rollback)).rejects.toMatchObject({
      code: "ROLE_REVOKED",
      message: expect.stringMatching(message) as string,
    });
    expect(await client.run.count({ where: { kind: "rollback", subjectId: rollback.id } })).toBe(0);
  });

  it("that ran out after the approval still carries it", async () => {
    const [lender, borrower] = [await person("admin"), await person("operator")];
    const loan = await lend(lender, borrower);
    const rollback = await submitted("P0");
    await approve(borrower, rollback);
    await client.delegation.update({ where: { id: loan.id }, data: { endsAt: past } });
    await execute(rollback);
    await expect(approve(borrower, await submitted("P0"))).rejects.toEqual(code("FORBIDDEN"));
  });
});
