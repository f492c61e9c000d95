import { describe, expect, it } from "vitest";
import { assignOnCall } from "#lib/commands/on-call/assign.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { chaseApprovals } from "#lib/workflows/chase-approvals.ts";
import { person, setup } from "../../prisma/factories/people.ts";
import { playbookWith } from "../../prisma/factories/playbook.ts";
import { submittedRollback } from "../../prisma/factories/rollback.ts";
import { service } from "../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator", "shop");
const manager = await person("release_manager", "shop");
const admin = await person("admin", "shop");
await person("admin", "bank");
await person("viewer", "shop");
const clocks = { askNextMinutes: 5, emergencyOfferMinutes: 15 } as const;
const chased = await playbookWith([{ ...clocks, roles: ["release_manager"] }]);
const withDuty = await playbookWith([{ ...clocks, roles: ["release_manager"], onCall: true }], {
  onCall: true,
});

/** A plan that was handed in this many minutes ago. */
async function waiting(playbook: string, minutes = 0): Promise<{ id: string; planHash: string }> {
  const rollback = await submittedRollback(operator, { service: await service({ playbook }) });
  await pass(rollback.id, minutes);
  return rollback;
}

async function pass(id: string, minutes: number): Promise<void> {
  const at = new Date(Date.now() - minutes * 60_000);
  await client.rollback.update({ where: { id }, data: { submittedAt: at, askedAt: at } });
  await client.notification.updateMany({ where: { link: `/approvals/${id}` }, data: { at } });
}

async function told(id: string, kind = "approval"): Promise<string[]> {
  const rows = await client.notification.findMany({ where: { link: `/approvals/${id}`, kind } });
  const names = new Map([operator, manager, admin].map((one) => [one.id, one.name]));
  return rows.map((row) => names.get(row.userId) ?? row.userId).toSorted();
}

async function events(id: string, type: string): Promise<{ data: Record<string, unknown> }[]> {
  const rows = await client.event.findMany({ where: { subjectId: id, type } });
  return rows.map((row) => JSON.parse(row.body) as { data: Record<string, unknown> });
}

async function level(id: string): Promise<number> {
  return (await client.rollback.findUniqueOrThrow({ where: { id } })).askedLevel;
}

describe("the search for an approver", () => {
  it("begins with those who hold the least role named, goes on with everyone eligible, and offers the emergency", async () => {
    const { id } = await waiting(chased);
    expect(await told(id)).toEqual([manager.name]);
    expect(await events(id, "rollback.submitted")).toMatchObject([{ data: { asked: [manager.name] } }]);
    await pass(id, 4.9);
    await chaseApprovals();
    expect(await level(id)).toBe(1);
    await pass(id, 5);
    await chaseApprovals();
    await chaseApprovals();
    expect(await level(id)).toBe(2);
    expect(await told(id)).toEqual([admin.name, manager.name].toSorted());
    expect(await events(id, "rollback.approvers_asked")).toMatchObject([{ data: { asked: [admin.name] } }]);
    expect(await told(id, "emergency_offer")).toEqual([]);
    await pass(id, 15);
    await chaseApprovals();
    await chaseApprovals();
    expect(await level(id)).toBe(3);
    expect(await told(id, "emergency_offer")).toEqual([admin.name, operator.name].toSorted());
    expect(await events(id, "rollback.emergency_offered")).toHaveLength(1);
    const { state, emergency } = await client.rollback.findUniqueOrThrow({ where: { id } });
    expect([state, emergency]).toEqual(["awaiting_approval", null]);
  });

  it("asks whoever is on call first where the rule takes their word, and offers them the emergency where it may", async () => {
    const duty = await person("operator", "shop");
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    await assignOnCall(setup, { user: duty.id, system: "shop", endsAt });
    const { id } = await waiting(withDuty);
    expect(await told(id)).toEqual([duty.id]);
    await pass(id, 15);
    await chaseApprovals();
    expect(await told(id)).toEqual([duty.id, admin.name, manager.name].toSorted());
    expect(await told(id, "emergency_offer")).toEqual([duty.id, admin.name, operator.name].toSorted());
    await client.onCallShift.deleteMany();
    expect(await told((await waiting(withDuty)).id)).toEqual([manager.name]);
  });

  it("asks everyone at once where nobody would be asked later, or where the first circle is empty", async () => {
    const patient = await playbookWith([{ roles: ["release_manager"] }]);
    const all = [admin.name, manager.name].toSorted();
    const first = await waiting(patient, 600);
    expect(await told(first.id)).toEqual(all);
    await chaseApprovals();
    expect(await level(first.id)).toBe(2);
    const [asker, boss] = [await person("operator", "solo"), await person("admin", "solo")];
    const solo = { service: await service({ playbook: chased, system: "solo" }) };
    const lonely = await submittedRollback(asker, solo);
    expect([await told(lonely.id), await level(lonely.id)]).toEqual([[boss.id], 2]);
  });

  it("ends with the decision", async () => {
    const rollback = await waiting(chased, 16);
    await decideApproval(manager, {
      rollback: rollback.id,
      decision: "approve",
      planHash: rollback.planHash,
    });
    await chaseApprovals();
    expect(await told(rollback.id)).toEqual([manager.name]);
  });

  it("follows the severity that the incident has now", async () => {
    const bySeverity = await playbookWith([
      { severities: ["P0"], ...clocks },
      { askNextMinutes: 60, emergencyOfferMinutes: null },
    ]);
    const { id } = await waiting(bySeverity, 20);
    const { serviceId } = await client.rollback.findUniqueOrThrow({ where: { id } });
    const incident = await client.incident.create({
      data: {
        id: "inc-worse",
        title: "Worse",
        serviceId,
        environment: "production",
        severity: "P1",
        state: "deciding",
        facts: {},
        playbookId: bySeverity,
        playbookVersion: 1,
        declaredById: operator.id,
        detectedAt: new Date(),
      },
    });
    await client.rollback.update({ where: { id }, data: { incidentId: incident.id } });
    await chaseApprovals();
    expect(await level(id)).toBe(1);
    await client.incident.update({ where: { id: incident.id }, data: { severity: "P0" } });
    await chaseApprovals();
    expect(await level(id)).toBe(3);
  });

  it("asks once, however many workers search at the same time", async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, async () => (await waiting(chased, 15)).id));
    await Promise.all(Array.from({ length: 4 }, () => chaseApprovals()));
    for (const id of ids) {
      expect(await events(id, "rollback.emergency_offered")).toHaveLength(1);
      expect(await told(id)).toEqual([admin.name, manager.name].toSorted());
    }
  });
});
