import "#e2e/fixtures/engine/own-data-folder.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import type { UserActor } from "#lib/domain/actor.ts";
import type { CheckId } from "#lib/domain/checklist.ts";
import type { PlannedOperation } from "#lib/domain/build-plan-input.ts";
import type { Component } from "#lib/domain/service.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { transact } from "#lib/platform/db/transact.ts";
import { newId } from "#lib/platform/id.ts";
import { addIncident } from "#lib/web/world.fixture.ts";
import { checks } from "#lib/workflows/checklist.ts";
import type { Answer } from "#lib/workflows/check.ts";
import { loadPreparation } from "#lib/workflows/load-preparation.ts";
import type { Planning } from "#lib/workflows/plan-targets.ts";
import { person } from "../../prisma/factories/people.ts";
import { service } from "../../prisma/factories/service.ts";

const { client } = await testDatabase();
const environment = "production";
const nothing: Planning = { planned: [], troubles: [] };
let operator: UserActor;
let shop = "";
let id = "";

beforeEach(async () => {
  operator = await person("operator");
  shop = await service();
  ({ id } = await requestRollback(operator, { service: shop, environment, to: "2.3.0", reason: "5xx" }));
});

async function look(check: CheckId, planning = nothing, scope?: Component[]): Promise<Answer> {
  if (scope) await client.rollback.update({ where: { id }, data: { scope } });
  return checks[check](await transact((tx) => loadPreparation(tx, id)), planning);
}
const set = (data: object) => client.rollback.update({ where: { id }, data });
const deployment = (version: string, data: object) =>
  client.deployment.updateMany({ where: { serviceId: shop, environment, version }, data });
const declared = () => addIncident(client, operator.id, { serviceId: shop, environment });

function operation(component: Component, more: Partial<PlannedOperation> = {}): PlannedOperation {
  return {
    target: { component, adapter: "any", settings: {}, secrets: {} },
    operation: {
      id: "switch",
      phase: "execution",
      mutating: true,
      reversibility: "reversible",
      limitSeconds: 60,
    },
    title: `Put back ${component}`,
    desired: {},
    observedBefore: { at: "2.4.0" },
    command: "true",
    ...more,
  };
}

describe("The check of the target version", () => {
  it("in the history knows what was deployed here, and nothing else", async () => {
    expect(await look("target_version_in_history")).toMatchObject({ ok: true });
    await set({ toVersion: "9.9.9" });
    expect(await look("target_version_in_history")).toEqual({
      ok: false,
      evidence: "9.9.9 was never deployed here.",
    });
  });

  it("known good takes the last judgement", async () => {
    expect(await look("target_version_known_good")).toMatchObject({ ok: true });
    await deployment("2.3.0", { knownGood: false });
    expect(await look("target_version_known_good")).toMatchObject({ ok: false });
  });

  it("not quarantined sees a pin of this environment until it is released", async () => {
    expect(await look("target_version_not_quarantined")).toMatchObject({ ok: true });
    const pin = { id: newId("pin"), serviceId: shop, version: "2.3.0", reason: "Bad.", createdBy: "x" };
    await client.pin.create({ data: { ...pin, environment: "staging" } });
    expect(await look("target_version_not_quarantined")).toMatchObject({ ok: true });
    await client.pin.update({ where: { id: pin.id }, data: { environment } });
    expect(await look("target_version_not_quarantined")).toMatchObject({ ok: false });
  });
});

describe("The check of the targets", () => {
  const trouble = {
    target: { component: "configuration" as const, adapter: "env-file", settings: {}, secrets: {} },
    fault: { kind: "permanent" as const, code: "GONE", message: "No backup file.", advice: "Put it back." },
  };

  it("is ready when every one answered, and hands on the advice of the first that did not", async () => {
    expect(await look("targets_ready")).toMatchObject({ ok: true });
    expect(await look("targets_ready", { planned: [], troubles: [trouble] })).toEqual({
      ok: false,
      evidence: "configuration (env-file): No backup file.",
      advice: "Put it back.",
    });
  });

  it("wants to have seen what it would change", async () => {
    const seen = operation("code");
    expect(await look("state_captured", { planned: [seen], troubles: [] })).toMatchObject({ ok: true });
    const blind = operation("code", { observedBefore: null });
    expect(await look("state_captured", { planned: [seen, blind], troubles: [] })).toMatchObject({
      ok: false,
    });
  });

  it.each([
    ["configuration_backup_present", "configuration"],
    ["database_backup_present", "database"],
  ] as const)("%s needs something to restore where %s is in scope", async (check, component) => {
    expect(await look(check)).toMatchObject({ ok: true });
    expect(await look(check, nothing, ["code", component])).toMatchObject({ ok: false });
    const planning = { planned: [operation(component)], troubles: [] };
    expect(await look(check, planning, ["code", component])).toMatchObject({ ok: true });
  });

  it("of a backup takes no name for a proof", async () => {
    expect(await look("backup_verified")).toMatchObject({ ok: true });
    expect(await look("backup_verified", nothing, ["database"])).toMatchObject({ ok: false });
    await deployment("2.3.0", { backup: "s3://backups/1" });
    expect(await look("backup_verified", nothing, ["database"])).toMatchObject({
      ok: null,
      evidence: "The deployment names the backup s3://backups/1. Nothing here has read it.",
    });
    const reading = operation("database", {
      operation: {
        id: "verify-backup",
        phase: "validation",
        mutating: false,
        reversibility: "reversible",
        limitSeconds: 60,
      },
      title: "Read the dump",
    });
    expect(await look("backup_verified", { planned: [reading], troubles: [] }, ["database"])).toMatchObject({
      ok: true,
      evidence: "The plan reads the backup before it changes anything: Read the dump.",
    });
  });
});

describe("The check of the house", () => {
  it("counts workers that hold their lease", async () => {
    expect(await look("worker_alive")).toMatchObject({ ok: false });
    const worker = { id: newId("wk"), host: "here", pid: 1, heartbeatAt: new Date() };
    await client.worker.create({ data: { ...worker, leaseUntil: new Date(Date.now() + 60_000) } });
    expect(await look("worker_alive")).toMatchObject({ ok: true });
    await client.worker.update({ where: { id: worker.id }, data: { draining: true } });
    expect(await look("worker_alive")).toMatchObject({ ok: false });
  });

  it("reads the record, and is itself an entry of it", async () => {
    expect(await look("record_verified")).toMatchObject({ ok: true });
    expect(await look("record_writable")).toMatchObject({ ok: true });
  });
});

describe("The check of the surroundings", () => {
  it("holds the versions beside it against what it wants of them", async () => {
    expect(await look("dependencies_compatible")).toMatchObject({ ok: true });
    const other = await service({ history: ["1.5.0"] });
    await client.dependency.create({
      data: { serviceId: shop, dependsOnId: other, versions: ">=1.0.0 <2.0.0" },
    });
    expect(await look("dependencies_compatible")).toMatchObject({ ok: true });
    await client.dependency.updateMany({ where: { serviceId: shop }, data: { versions: ">=2.0.0" } });
    expect(await look("dependencies_compatible")).toMatchObject({ ok: false });
    await client.deployment.deleteMany({ where: { serviceId: other } });
    expect((await look("dependencies_compatible")).ok).not.toBe(true);
  });

  it("wants the schema that the version was made for, or the database to go back too", async () => {
    await deployment("2.4.0", { migrationHead: "0042" });
    await deployment("2.3.0", { migrationHead: "0041" });
    expect(await look("schema_compatible")).toMatchObject({ ok: false });
    expect(await look("schema_compatible", nothing, ["code", "database"])).toMatchObject({ ok: true });
    await deployment("2.3.0", { migrationHead: "0042" });
    expect(await look("schema_compatible", nothing, ["code"])).toMatchObject({ ok: true });
  });
});

describe("The check of the people", () => {
  it("knows whether an incident was declared and the public was told", async () => {
    expect(await look("incident_declared")).toMatchObject({ ok: false });
    expect(await look("status_update_posted")).toMatchObject({ ok: false });
    const incidentId = await declared();
    await set({ incidentId });
    expect(await look("incident_declared")).toMatchObject({ ok: true });
    const update = { id: newId("upd"), incidentId, state: "identified", text: "We know.", byId: operator.id };
    await client.statusUpdate.create({ data: { ...update, public: false } });
    expect(await look("status_update_posted")).toMatchObject({ ok: false });
    await client.statusUpdate.update({ where: { id: update.id }, data: { public: true } });
    expect(await look("status_update_posted")).toMatchObject({ ok: true });
  });

  it("counts approvers of the system who did not write the plan and still hold their role", async () => {
    await client.user.updateMany({ where: { id: { not: operator.id } }, data: { disabledAt: new Date() } });
    await person("release_manager", "elsewhere");
    const lapsed = await person("release_manager");
    await client.grant.updateMany({ where: { userId: lapsed.id }, data: { expiresAt: new Date(0) } });
    expect(await look("approver_available")).toMatchObject({ ok: false });
    const manager = await person("release_manager", "shop");
    expect(await look("approver_available")).toMatchObject({
      ok: true,
      evidence: "1 person could approve; 1 must.",
    });
    await editRollback(manager, { id, changes: { reason: "Mine now." } });
    expect(await look("approver_available")).toMatchObject({ ok: false });
  });

  it("counts a drill that succeeded in time and whose own list is settled", async () => {
    const { playbookId, playbookVersion } = await client.rollback.findUniqueOrThrow({ where: { id } });
    const row = await client.playbook.findUniqueOrThrow({
      where: { id_version: { id: playbookId, version: playbookVersion } },
    });
    const drill = { everyDays: 30, environment: "staging", source: "Section" };
    const version = playbookVersion + 1000;
    await client.playbook.create({
      data: {
        ...row,
        version,
        source: `${row.source}\n# ${shop}`,
        document: { ...(row.document as object), version, drill },
      },
    });
    expect(await look("drill_recent")).toMatchObject({ ok: true });
    await set({ playbookVersion: version });
    expect(await look("drill_recent")).toMatchObject({ ok: false });
    const drilled = await requestRollback(operator, {
      service: shop,
      environment: "staging",
      to: "2.3.0",
      reason: "Drill",
      drill: true,
    });
    const endedAt = new Date(Date.now() - 86_400_000);
    const succeeded = { state: "succeeded", outcome: "succeeded", endedAt };
    await client.rollback.update({ where: { id: drilled.id }, data: succeeded });
    expect(await look("drill_recent")).toMatchObject({ ok: true });
    const item = { rollbackId: drilled.id, itemId: "timed", position: 0, title: "Timed", kind: "manual" };
    await client.checklistItem.create({ data: { ...item, gate: "drill", required: true } });
    expect(await look("drill_recent")).toMatchObject({ ok: false });
    await client.checklistItem.updateMany({ where: { rollbackId: drilled.id }, data: { state: "done" } });
    expect(await look("drill_recent")).toMatchObject({ ok: true });
    const long = new Date(Date.now() - 31 * 86_400_000);
    await client.rollback.update({ where: { id: drilled.id }, data: { endedAt: long } });
    expect(await look("drill_recent")).toMatchObject({ ok: false });
  });
});

describe("The check of the outcome", () => {
  it("passes the verification when every step of it did", async () => {
    expect(await look("verification_passed")).toMatchObject({ ok: false });
    const step = { rollbackId: id, key: "verify", position: 0, phase: "verification", state: "done" };
    await client.step.create({ data: step });
    expect(await look("verification_passed")).toMatchObject({ ok: true });
    await client.step.updateMany({ where: { rollbackId: id }, data: { state: "done_by_hand" } });
    expect(await look("verification_passed")).toMatchObject({ ok: false });
  });

  it("passes the monitoring when the rollback succeeded", async () => {
    expect(await look("monitoring_passed")).toMatchObject({ ok: false });
    await set({ state: "succeeded", outcome: "succeeded" });
    expect(await look("monitoring_passed")).toMatchObject({ ok: true });
  });
});
