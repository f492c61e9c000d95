import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { declareIncident } from "#lib/commands/incident/declare.ts";
import { changeIncident } from "#lib/commands/incident/change.ts";
import { addPlaybook } from "#lib/commands/playbook/add.ts";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { retirePlaybook } from "#lib/commands/playbook/retire.ts";
import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { decideApproval } from "#lib/commands/rollback/approve.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { submitRollback } from "#lib/commands/rollback/submit.ts";
import { changeService } from "#lib/commands/service/change.ts";
import { registerService } from "#lib/commands/service/register.ts";
import { smallDocument } from "#lib/domain/playbook.fixture.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { listPlaybooks } from "#lib/queries/playbook/list.ts";
import { playbookOverview } from "#lib/queries/playbook/overview.ts";
import { playbookServices } from "#lib/queries/playbook/services.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { person, setup } from "../../../prisma/factories/people.ts";
import { prepare } from "../../../prisma/factories/rollback.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const admin = await person("admin");
const manager = await person("release_manager");
const operator = await person("operator");
const yaml = (id: string, version = 1): string => stringify({ ...smallDocument, id, version });
const store = (id: string, version = 1) => addPlaybook(admin, { yaml: yaml(id, version) });

/** A service that follows a playbook of its own. */
async function follower(playbook: string): Promise<string> {
  const id = await service();
  await changeService(admin, { id, changes: { playbook } });
  return id;
}

describe("A retired playbook", () => {
  it("is offered no more, and its versions stay readable", async () => {
    await store("gone");
    await retirePlaybook(admin, { id: "gone", reason: "Nobody follows it." });
    const ids = async (retired: boolean) =>
      (await listPlaybooks(operator, { limit: 200, retired })).items.map((one) => one.id);
    expect(await ids(false)).not.toContain("gone");
    expect(await ids(true)).toEqual(["gone"]);
    expect(await getPlaybook(operator, "gone", 1)).toMatchObject({
      retiredAt: expect.stringMatching(/Z$/) as string,
    });
    const { body } = await client.event.findFirstOrThrow({ where: { type: "playbook.retired" } });
    expect(JSON.parse(body)).toMatchObject({ data: { version: 1, reason: "Nobody follows it." } });
  });

  it("is refused to services, old and new, as one that is not there", async () => {
    await store("closed");
    await retirePlaybook(admin, { id: "closed" });
    const id = await service();
    for (const [playbook, words] of [
      ["closed", /retired/],
      ["nowhere", /no playbook/],
    ] as const) {
      const refused = {
        code: "INVALID",
        errors: [{ path: "playbook", message: expect.stringMatching(words) as string }],
      };
      await expect(changeService(admin, { id, changes: { playbook } })).rejects.toMatchObject(refused);
      const registration = { id: "late", name: "Late", system: "shop", owner: "us", playbook };
      await expect(
        registerService(admin, { ...registration, environments: [{ name: "staging" }] }),
      ).rejects.toMatchObject(refused);
    }
  });

  it("is brought back by a new version of a person, not by one that Lastgood brings", async () => {
    await store("back");
    await retirePlaybook(admin, { id: "back" });
    await addPlaybook(setup, { yaml: yaml("back", 2) });
    expect((await getPlaybook(admin, "back")).retiredAt).not.toBeNull();
    await store("back", 3);
    expect(await getPlaybook(admin, "back")).toMatchObject({ retiredAt: null, version: 3 });
    await follower("back");
  });

  it("is retired by an admin alone, once, and only where it exists", async () => {
    await store("once");
    const refused = (code: string) => expect.objectContaining({ code }) as unknown;
    await expect(retirePlaybook(manager, { id: "once" })).rejects.toEqual(refused("FORBIDDEN"));
    await retirePlaybook(admin, { id: "once" });
    await expect(retirePlaybook(admin, { id: "once" })).rejects.toEqual(refused("WRONG_STATE"));
    await expect(retirePlaybook(admin, { id: "never" })).rejects.toEqual(refused("NOT_FOUND"));
  });
});

describe("Retiring a playbook in use", () => {
  it("is refused with the names of the services that follow it", async () => {
    await store("busy");
    const id = await follower("busy");
    await expect(retirePlaybook(admin, { id: "busy" })).rejects.toMatchObject({
      code: "WRONG_STATE",
      message: `Followed by ${id}: give them another playbook first. Nothing was changed.`,
      extra: { services: [id], incidents: [], rollbacks: [] },
    });
    expect(await client.playbookRetirement.count({ where: { playbookId: "busy" } })).toBe(0);
  });

  it("is refused while an open incident or an active rollback keeps a version, and then no more", async () => {
    await store("kept");
    const id = await follower("kept");
    const place = { service: id, environment: "staging" };
    const incident = await declareIncident(operator, { ...place, title: "Down", facts: { errors: 9 } });
    const rollback = await requestRollback(operator, { ...place, to: "2.3.0", reason: "It fails." });
    await changeService(admin, { id, changes: { playbook: "mvp-blue-green" } });
    await expect(retirePlaybook(admin, { id: "kept" })).rejects.toMatchObject({
      message: `A version of it is kept by ${incident.number}, ${rollback.number}: end those first. Nothing was changed.`,
      extra: { incidents: [incident.number], rollbacks: [rollback.number] },
    });
    await abortRollback(operator, { id: rollback.id, reason: "Not needed." });
    await changeIncident(operator, { id: incident.id, state: "resolved" });
    await retirePlaybook(admin, { id: "kept" });
    expect(await getRollback(operator, rollback.id)).toMatchObject({ playbook: { id: "kept", version: 1 } });
  });

  it("and giving it to a service at the same moment: one of the two happens", async () => {
    for (let round = 0; round < 8; round++) {
      const playbook = `race-${round}`;
      await store(playbook);
      const id = await service();
      const both = await Promise.allSettled([
        retirePlaybook(admin, { id: playbook }),
        changeService(admin, { id, changes: { playbook } }),
      ]);
      expect(both.filter((one) => one.status === "fulfilled")).toHaveLength(1);
      const [{ playbookId }, retired] = await Promise.all([
        client.service.findUniqueOrThrow({ where: { id } }),
        client.playbookRetirement.count({ where: { playbookId: playbook } }),
      ]);
      expect(retired === 1).toBe(playbookId !== playbook);
    }
  });
});

describe("A rollback that began with a version", () => {
  it("keeps it while a newer one is stored, the service follows another, and the old one is retired", async () => {
    await store("steady");
    const id = await follower("steady");
    const where = { service: id, environment: "staging" as const, to: "2.3.0" };
    const rollback = await requestRollback(operator, { ...where, reason: "It fails." });
    const planHash = await prepare(rollback.id, where);
    // The newer version would demand nobody's approval.
    const rules = smallDocument.authority.rules.map((rule) => ({ ...rule, approvals: 0, roles: [] }));
    const authority = { ...smallDocument.authority, rules };
    await addPlaybook(admin, {
      yaml: stringify({ ...smallDocument, id: "steady", version: 2, authority }),
    });
    await changeService(admin, { id, changes: { playbook: "mvp-blue-green" } });
    await expect(retirePlaybook(admin, { id: "steady" })).rejects.toMatchObject({ code: "WRONG_STATE" });

    await submitRollback(operator, { id: rollback.id });
    const view = () => getRollback(operator, rollback.id);
    expect(await view()).toMatchObject({
      state: "awaiting_approval",
      playbook: { id: "steady", version: 1 },
      approvals: { required: 1 },
    });
    await decideApproval(manager, { rollback: rollback.id, decision: "approve", planHash });
    expect(await view()).toMatchObject({ state: "approved", playbook: { id: "steady", version: 1 } });

    const next = await declareIncident(operator, { service: id, environment: "staging", title: "Again" });
    expect(await client.incident.findUniqueOrThrow({ where: { id: next.id } })).toMatchObject({
      playbookId: "mvp-blue-green",
    });
  });
});

describe("What a service follows", () => {
  it("stands in the record when it changes, and only then", async () => {
    await store("noted");
    const id = await follower("noted");
    await changeService(admin, { id, changes: { playbook: "noted" } });
    const events = await client.event.findMany({
      where: { type: "service.changed", subjectId: id },
      orderBy: { position: "asc" },
    });
    const told = events.map(
      ({ body }) => (JSON.parse(body) as { data: { playbook?: unknown } }).data.playbook,
    );
    expect(told).toEqual([{ from: "mvp-blue-green", to: "noted" }, undefined]);
  });

  it("is told for each service with what another playbook would mean there", async () => {
    await store("other");
    const id = await service();
    const place = { service: id, environment: "staging" };
    const { number } = await declareIncident(operator, { ...place, title: "Down" });
    await client.environment.updateMany({ where: { serviceId: id }, data: { automaticRollback: true } });
    const read = async (actor: typeof admin, playbook: string) =>
      (await playbookServices(actor, playbook, id)).items;
    expect(await read(admin, "other")).toEqual([
      {
        id,
        name: expect.any(String) as string,
        system: "shop",
        playbook: "mvp-blue-green",
        mayChange: true,
        open: [number],
        uncovered: [],
        automatic: null,
      },
    ]);
    expect((await read(admin, "mvp-blue-green"))[0]?.automatic?.environments).toEqual([
      "production",
      "staging",
    ]);
    expect((await read(operator, "other"))[0]?.mayChange).toBe(false);
    expect((await read(await person("admin", "shop"), "other"))[0]?.mayChange).toBe(true);
    expect(await read(await person("admin", "elsewhere"), "other")).toEqual([]);
    await expect(read(admin, "nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is counted for those who may know of it", async () => {
    await ensureBuiltInPlaybooks();
    await store("counted");
    const id = await follower("counted");
    const stranger = await person("admin", "elsewhere");
    const of = async (actor: typeof admin) =>
      (await playbookOverview(actor)).find((one) => one.id === "counted")?.usedBy;
    expect([await of(admin), await of(stranger)]).toEqual([1, 0]);
    expect((await getPlaybook(admin, "counted")).usedBy).toEqual([id]);
    expect((await getPlaybook(stranger, "counted")).usedBy).toEqual([]);
  });
});
