import { beforeEach, describe, expect, it } from "vitest";
import { changeIncident } from "#lib/commands/incident/change.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { tickChecklist } from "#lib/commands/rollback/check.ts";
import { executeRollback } from "#lib/commands/rollback/execute.ts";
import { recheck } from "#lib/commands/rollback/recheck.ts";
import { NothingNew, recordChecks } from "#lib/commands/rollback/record-checks.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import type { ItemGate } from "#lib/domain/checklist.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { addIncident } from "#lib/web/world.fixture.ts";
import { person } from "../../../prisma/factories/people.ts";
import { preparedRollback } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");
const manager = await person("release_manager");
const admin = await person("admin");
const worker = { kind: "system", id: "worker" } as const;
const code = (expected: string): unknown => expect.objectContaining({ name: "Refusal", code: expected });

let id = "";
let planHash = "";
let shop = "";
beforeEach(async () => {
  shop = await service();
  ({ id, planHash } = await preparedRollback(operator, { service: shop }));
});

type Row = { gate?: ItemGate; kind?: string; state?: string; overrideRole?: string; evidence?: string };
async function item(itemId: string, row: Row = {}): Promise<void> {
  const position = await client.checklistItem.count({ where: { rollbackId: id } });
  const base = { rollbackId: id, itemId, position, title: itemId, kind: "manual", required: true };
  await client.checklistItem.create({ data: { ...base, ...row } });
}
const read = (itemId: string) =>
  client.checklistItem.findUniqueOrThrow({ where: { rollbackId_itemId: { rollbackId: id, itemId } } });
const tick = (who: typeof operator, itemId: string, state: "open" | "done" | "failed", note?: string) =>
  tickChecklist(who, { rollback: id, id: itemId, state, ...(note ? { note } : {}) });
const override = (who: typeof operator, itemId: string, reason?: string) =>
  tickChecklist(who, { rollback: id, id: itemId, state: "overridden", ...(reason ? { reason } : {}) });
const events = () => client.event.count({ where: { subjectId: id } });

describe("A tick", () => {
  it("keeps who, when and the note, and unticking opens the item again", async () => {
    await item("told");
    await tick(operator, "told", "done", "By phone.");
    expect(await read("told")).toMatchObject({ state: "done", byId: operator.id, note: "By phone." });
    await tick(manager, "told", "open");
    expect(await read("told")).toMatchObject({ state: "open", byId: null, at: null, note: null });
    await expect(submitRollback(operator, { id })).rejects.toEqual(code("CHECKLIST_OPEN"));
  });

  it("is not for what checks itself", async () => {
    await item("worker", { kind: "automatic", state: "failed" });
    for (const state of ["done", "failed", "open"] as const)
      await expect(tick(admin, "worker", state)).rejects.toEqual(code("WRONG_STATE"));
  });
});

describe("An override", () => {
  it("needs the role that the playbook names, and a reason", async () => {
    await item("worker", { kind: "automatic", state: "failed", overrideRole: "release_manager" });
    await expect(override(operator, "worker", "It is up.")).rejects.toEqual(code("FORBIDDEN"));
    await expect(override(manager, "worker")).rejects.toEqual(code("INVALID"));
    expect(await read("worker")).toMatchObject({ state: "failed" });
    await override(manager, "worker", "It is up.");
    expect(await read("worker")).toMatchObject({ state: "overridden", byId: manager.id, note: "It is up." });
  });

  it("is open to nobody where the playbook names no role", async () => {
    await item("record", { kind: "automatic", state: "failed" });
    await item("told");
    const before = await events();
    for (const name of ["record", "told"])
      await expect(override(admin, name, "Trust me.")).rejects.toEqual(code("FORBIDDEN"));
    expect(await events()).toBe(before);
  });

  it("can be taken back, after which the item is open until it was checked again", async () => {
    await item("worker", { kind: "automatic", state: "failed", overrideRole: "release_manager" });
    await override(manager, "worker", "It is up.");
    await tick(operator, "worker", "open");
    expect(await read("worker")).toMatchObject({ state: "open" });
    await expect(submitRollback(operator, { id })).rejects.toEqual(code("CHECKLIST_OPEN"));
  });

  it("is not there for what is done", async () => {
    await item("worker", { kind: "automatic", state: "done", overrideRole: "operator" });
    await expect(override(manager, "worker", "Why not.")).rejects.toEqual(code("WRONG_STATE"));
  });
});

describe("A required item gates its own gate", () => {
  it("and no other: submission waits for what comes before it alone", async () => {
    await item("told");
    for (const gate of ["execute", "after", "drill", "validation"] as const) await item(gate, { gate });
    await expect(submitRollback(operator, { id })).rejects.toMatchObject({
      code: "CHECKLIST_OPEN",
      errors: [{ path: "checklist.told", message: "told" }],
    });
    await tick(operator, "told", "done");
    await submitRollback(operator, { id });
  });

  it("execution is refused in its own transaction while one of its items is open", async () => {
    await item("backup", { gate: "execute" });
    await submitRollback(operator, { id });
    await decideApproval(manager, { rollback: id, decision: "approve", planHash });
    await expect(executeRollback(operator, { id, planHash })).rejects.toEqual(code("CHECKLIST_OPEN"));
    expect(await client.rollback.findUniqueOrThrow({ where: { id } })).toMatchObject({
      state: "approved",
      startedAt: null,
    });
    expect(await client.run.count({ where: { subjectId: id, kind: "rollback" } })).toBe(0);
    await tick(operator, "backup", "done");
    await executeRollback(operator, { id, planHash });
    await expect(tick(operator, "backup", "open")).rejects.toEqual(code("WRONG_STATE"));
  });

  it("what comes after shows when it ended, and keeps the incident from being closed, not the rollback", async () => {
    const incidentId = await addIncident(client, operator.id, { serviceId: shop, environment: "production" });
    await client.rollback.update({ where: { id }, data: { incidentId } });
    await item("logs", { gate: "after" });
    await item("works", { gate: "validation" });
    await expect(tick(operator, "logs", "done")).rejects.toEqual(code("WRONG_STATE"));
    expect(await getRollback(operator, id)).toMatchObject({ checklist: [], validation: [] });
    const data = { state: "succeeded", outcome: "succeeded", startedAt: new Date(), endedAt: new Date() };
    await client.rollback.update({ where: { id }, data });
    const shown = await getRollback(operator, id);
    expect(shown.checklist.map((one) => one.id)).toEqual(["logs"]);
    expect(shown.validation.map((one) => one.id)).toEqual(["works"]);
    await changeIncident(operator, { id: incidentId, state: "resolved" });
    const close = () => changeIncident(operator, { id: incidentId, state: "reviewed" });
    await expect(close()).rejects.toMatchObject({
      code: "CHECKLIST_OPEN",
      errors: [{ path: "checklist.logs" }],
    });
    await tick(operator, "logs", "done");
    await close();
    await expect(tick(operator, "logs", "open")).rejects.toEqual(code("WRONG_STATE"));
  });

  it("a rollback that never started leaves nothing to follow up", async () => {
    const incidentId = await addIncident(client, operator.id, { serviceId: shop, environment: "production" });
    await client.rollback.update({ where: { id }, data: { incidentId, state: "cancelled" } });
    await item("logs", { gate: "after" });
    await changeIncident(operator, { id: incidentId, state: "resolved" });
    await changeIncident(operator, { id: incidentId, state: "reviewed" });
  });
});

describe("Checking again", () => {
  // Nobody takes the run here: what a worker would find is recorded in its stead.
  async function ask(who: typeof operator, name?: string) {
    const known = await client.run.count({ where: { subjectId: id, kind: "check" } });
    const asked = recheck(who, { id, ...(name ? { item: name } : {}) });
    await expect.poll(() => client.run.count({ where: { subjectId: id, kind: "check" } })).toBe(known + 1);
    const run = await client.run.findFirstOrThrow({
      where: { subjectId: id, kind: "check" },
      orderBy: { createdAt: "desc" },
    });
    await client.run.update({ where: { id: run.id }, data: { state: "running", generation: 1 } });
    return { asked, run: { id: run.id, generation: 1 } };
  }
  const found = (name: string, state: "open" | "done" | "failed") => ({
    id: name,
    state,
    evidence: `It is ${state}.`,
    advice: null,
  });

  it("keeps the plan, and makes whoever presses no editor of it", async () => {
    await item("worker", { kind: "automatic", state: "failed", evidence: "None." });
    const { asked, run } = await ask(manager, "worker");
    const looked = [found("worker", "done")];
    await recordChecks(worker, { id, preparation: 1, run, changesOnly: false, looked });
    await asked;
    expect(await read("worker")).toMatchObject({ state: "done", evidence: "It is done.", byId: null });
    expect(await client.rollback.findUniqueOrThrow({ where: { id } })).toMatchObject({
      planHash,
      editorIds: [],
      preparation: 1,
    });
    await submitRollback(operator, { id });
    await decideApproval(manager, { rollback: id, decision: "approve", planHash });
  });

  it("leaves alone what a person overrode or ticked, and what its gate has passed", async () => {
    await item("worker", { kind: "automatic", state: "overridden", evidence: "None." });
    await item("told", { state: "open" });
    await item("targets", { kind: "automatic", state: "done", evidence: "Fine." });
    const { asked, run } = await ask(operator);
    const looked = ["worker", "told", "targets"].map((name) => found(name, "failed"));
    await recordChecks(worker, { id, preparation: 1, run, changesOnly: false, looked });
    await asked;
    expect(await read("worker")).toMatchObject({ state: "overridden" });
    expect(await read("told")).toMatchObject({ state: "open" });
    expect(await read("targets")).toMatchObject({ state: "failed" });
    await client.rollback.update({ where: { id }, data: { state: "awaiting_approval" } });
    const late = { id, preparation: 1, run: null, changesOnly: false, looked };
    await expect(recordChecks(worker, late)).rejects.toThrow(NothingNew);
  });

  it("drops what was found about an older plan, and what is not different where nobody asked", async () => {
    await item("worker", { kind: "automatic", state: "done", evidence: "Fine." });
    const same = { id, preparation: 1, run: null, changesOnly: true, looked: [found("worker", "done")] };
    await expect(recordChecks(worker, same)).rejects.toThrow(NothingNew);
    const failed = { ...same, looked: [found("worker", "failed")] };
    await expect(recordChecks(worker, { ...failed, preparation: 0 })).rejects.toThrow(NothingNew);
    expect(await read("worker")).toMatchObject({ state: "done" });
    await recordChecks(worker, failed);
    expect(await read("worker")).toMatchObject({ state: "failed" });
  });

  it("is refused for what a person ticks, what is unknown, and where nothing is left to check", async () => {
    await expect(recheck(operator, { id })).rejects.toEqual(code("WRONG_STATE"));
    await item("told");
    await expect(recheck(operator, { id, item: "told" })).rejects.toEqual(code("WRONG_STATE"));
    await expect(recheck(operator, { id, item: "none" })).rejects.toEqual(code("NOT_FOUND"));
    const viewer = await person("viewer");
    await expect(recheck(viewer, { id })).rejects.toEqual(code("FORBIDDEN"));
  });

  it("makes a plan where there is none, and still no editor", async () => {
    await item("plan-made", { kind: "automatic", state: "failed", evidence: "No answer." });
    await client.rollback.update({ where: { id }, data: { plan: null, planHash: null } });
    await recheck(manager, { id });
    expect(await client.rollback.findUniqueOrThrow({ where: { id } })).toMatchObject({
      preparation: 2,
      preparedAt: null,
      editorIds: [],
    });
    expect(await client.run.count({ where: { subjectId: id, kind: "prepare" } })).toBe(2);
    await expect(recheck(manager, { id })).rejects.toEqual(code("WRONG_STATE"));
  });
});
