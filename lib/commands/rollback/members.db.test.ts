import { describe, expect, it } from "vitest";
import { abortRollback } from "#lib/commands/rollback/abort.ts";
import { editRollback } from "#lib/commands/rollback/edit.ts";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { RequestMember } from "#lib/domain/rollback.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");

const ask = (own: string, members: (string | RequestMember)[] = [], environment = "production") =>
  requestRollback(operator, {
    service: own,
    environment,
    to: "2.3.0",
    reason: "5xx",
    members: members.map((one) => (typeof one === "string" ? { service: one, to: "2.3.0" } : one)),
  });
const held = async (id: string) =>
  (
    await client.rollbackMember.findMany({
      where: { rollbackId: id, active: true },
      orderBy: { position: "asc" },
    })
  ).map((row) => row.serviceId);
const deadlocks = async (): Promise<number> => {
  const rows = await client.$queryRaw<{ deadlocks: bigint }[]>`
    SELECT pg_stat_get_db_deadlocks(oid) AS deadlocks FROM pg_database WHERE datname = current_database()`;
  return Number(rows[0]?.deadlocks ?? 0);
};

describe("a rollback holds every service that it moves", () => {
  it("its own and each that moves with it, in the order of the request, until it ends", async () => {
    const [a, b, c] = [await service(), await service(), await service()];
    const { id } = await ask(b, [c, { service: a, to: "2.2.0", scope: ["code"], hold: false }]);
    const rows = await client.rollbackMember.findMany({
      where: { rollbackId: id },
      orderBy: { position: "asc" },
    });
    expect(rows).toMatchObject([
      { serviceId: b, position: 0, fromVersion: "2.4.0", toVersion: "2.3.0", hold: true },
      { serviceId: c, position: 1, fromVersion: "2.4.0", toVersion: "2.3.0", scope: ["code"], hold: true },
      { serviceId: a, position: 2, fromVersion: "2.4.0", toVersion: "2.2.0", scope: ["code"], hold: false },
    ]);
    await abortRollback(operator, { id, reason: "no" });
    expect(await held(id)).toEqual([]);
    await ask(c, [a]);
  });

  it("and is listed under each of them", async () => {
    const [a, b] = [await service(), await service()];
    const { number } = await ask(a, [b]);
    for (const id of [a, b]) {
      expect((await listRollbacks(operator, { service: id })).items).toMatchObject([{ number, service: a }]);
    }
    const outsider = await person("viewer", "elsewhere");
    expect((await listRollbacks(outsider, { service: b })).items).toEqual([]);
  });

  it("its own alone where nothing moves with it", async () => {
    const a = await service();
    const { id } = await ask(a);
    expect(await held(id)).toEqual([a]);
  });

  it("and refuses whoever comes second, with the name of the service and of its holder", async () => {
    const [a, b, c] = [await service(), await service(), await service()];
    const first = await ask(a, [b]);
    await expect(ask(b)).rejects.toMatchObject({
      code: "LOCKED",
      message: `${first.number} of ${a} is already active and moves ${b} in production too. Open it to carry it on or to cancel it.`,
      extra: { rollback: first.id, number: first.number, state: "draft", service: b },
    });
    await expect(ask(c, [b])).rejects.toMatchObject({ code: "LOCKED", extra: { service: b } });
    await expect(ask(c, [a])).rejects.toMatchObject({ code: "LOCKED", extra: { service: a } });
    await expect(ask(a, [c])).rejects.toMatchObject({ code: "LOCKED", extra: { service: a } });
    expect(await client.rollback.count({ where: { serviceId: { in: [b, c] } } })).toBe(0);
    await ask(b, [c], "staging");
  });

  it("or none of them, when one is held by another", async () => {
    const [a, b, c] = [await service(), await service(), await service()];
    await ask(b);
    await expect(ask(c, [a, b])).rejects.toMatchObject({ code: "LOCKED", extra: { service: b } });
    await ask(c, [a]);
  });
});

describe("requests that overlap", () => {
  it("a hundred at once for the same services, each in its own order, have one winner and no deadlock", async () => {
    const all = [await service(), await service(), await service(), await service()];
    const before = await deadlocks();
    const asked = Array.from({ length: 100 }, (_, n) => {
      const turned = [...all.slice(n % 4), ...all.slice(0, n % 4)];
      const [own = "", ...others] = n % 8 < 4 ? turned : turned.toReversed();
      return ask(own, others);
    });
    const results = await Promise.allSettled(asked);
    const won = results.filter((one) => one.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      expect(result.reason).toBeInstanceOf(Refusal);
      expect(result.reason).toMatchObject({ code: "LOCKED", extra: { number: won[0]?.value.number } });
    }
    expect(await client.rollback.count({ where: { serviceId: { in: all } } })).toBe(1);
    expect((await held(won[0]?.value.id ?? "")).toSorted()).toEqual(all.toSorted());
    expect(await deadlocks()).toBe(before);
  });

  it("A with B, B with A, B with C and C with A: whatever wins, nothing is held twice", async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b, c] = [await service(), await service(), await service()];
      const results = await Promise.allSettled([ask(a, [b]), ask(b, [a]), ask(b, [c]), ask(c, [a])]);
      const won = results.flatMap((one) => (one.status === "fulfilled" ? [one.value.id] : []));
      expect(won).toHaveLength(1);
      const rows = await client.rollbackMember.findMany({
        where: { serviceId: { in: [a, b, c] }, active: true },
      });
      expect(rows).toHaveLength(2);
      expect(new Set(rows.map((row) => row.rollbackId))).toEqual(new Set(won));
    }
  });

  it("two edits that swap a service do not wait for each other", async () => {
    const before = await deadlocks();
    for (let round = 0; round < 5; round++) {
      const [a, b, x, y] = [await service(), await service(), await service(), await service()];
      const [one, two] = [await ask(a, [x]), await ask(b, [y])];
      const results = await Promise.allSettled([
        editRollback(operator, { id: one.id, changes: { members: [{ service: y, to: "2.3.0" }] } }),
        editRollback(operator, { id: two.id, changes: { members: [{ service: x, to: "2.3.0" }] } }),
      ]);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "LOCKED" });
      }
      const rows = await client.rollbackMember.findMany({
        where: { serviceId: { in: [x, y] }, active: true },
      });
      expect(new Set(rows.map((row) => row.serviceId)).size).toBe(rows.length);
    }
    expect(await deadlocks()).toBe(before);
  });
});

describe("what may move together", () => {
  const refused = (path: string, code = "INVALID"): unknown =>
    expect.objectContaining({ code, errors: [expect.objectContaining({ path })] });

  it("is in the same system, in an environment of that name and protection", async () => {
    const [a, b, bank] = [await service(), await service(), await service({ system: "bank" })];
    await client.environment.updateMany({
      where: { serviceId: b, name: "staging" },
      data: { protected: true },
    });
    await expect(ask(a, [bank])).rejects.toEqual(refused("members.0.service"));
    await expect(ask(a, [b], "staging")).rejects.toEqual(refused("members.0.service"));
    await client.environment.update({
      where: { serviceId_name: { serviceId: b, name: "production" } },
      data: { name: "live" },
    });
    const errors = await Promise.all(
      [bank, b, "no-such-service"].map((id) => ask(a, [id]).catch((error: unknown) => error)),
    );
    const sentences = errors.map((error, at) =>
      (error as Error).message.replace([bank, b, "no-such-service"][at] ?? "", "it"),
    );
    expect(new Set(sentences).size).toBe(1);
    expect(await client.rollback.count({ where: { serviceId: a } })).toBe(0);
  });

  it("is each service once, and at most ten", async () => {
    const [a, b] = [await service(), await service()];
    await expect(ask(a, [b, b])).rejects.toEqual(refused("members.1.service"));
    await expect(ask(a, [a])).rejects.toEqual(refused("members.0.service"));
    await expect(
      ask(
        a,
        Array.from({ length: 11 }, () => b),
      ),
    ).rejects.toEqual(refused("members"));
  });

  it.each([
    ["9.9.9", "NEVER_DEPLOYED"],
    ["2.4.0", "NOT_KNOWN_GOOD"],
    ["2.2.0", "PINNED"],
  ])(
    "goes to a version that is good for it: %s is %s, at the request and when it is edited",
    async (to, code) => {
      const [a, b] = [await service(), await service()];
      await client.pin.create({
        data: {
          id: `pin-${b}`,
          serviceId: b,
          environment: "production",
          version: "2.2.0",
          reason: "It lost mail.",
          createdBy: "x",
        },
      });
      await expect(ask(a, [{ service: b, to }])).rejects.toEqual(refused("members.0.to", code));
      const { id } = await ask(a, [b]);
      const changes = { members: [{ service: b, to }] };
      await expect(editRollback(operator, { id, changes })).rejects.toEqual(refused("members.0.to", code));
      expect(await held(id)).toEqual([a, b]);
    },
  );

  it("has a scope that its own playbook covers and its environment has", async () => {
    const [a, b] = [await service(), await service()];
    const scoped = (scope: RequestMember["scope"]) => ask(a, [{ service: b, to: "2.3.0", scope }]);
    await expect(scoped(["database"])).rejects.toEqual(refused("members.0.scope"));
    await expect(scoped(["configuration"])).rejects.toEqual(refused("members.0.scope"));
  });
});

describe("an edit", () => {
  it("changes who moves along, and lets go of whoever does not any more", async () => {
    const [a, b, c] = [await service(), await service(), await service()];
    const { id } = await ask(a, [b]);
    await editRollback(operator, { id, changes: { to: "2.2.0", members: [{ service: c, to: "2.3.0" }] } });
    expect(await held(id)).toEqual([a, c]);
    const own = await client.rollbackMember.findFirstOrThrow({ where: { rollbackId: id, position: 0 } });
    expect(own).toMatchObject({ serviceId: a, toVersion: "2.2.0" });
    await ask(b);
    await editRollback(operator, { id, changes: { members: [] } });
    expect(await held(id)).toEqual([a]);
  });

  it("that names nobody keeps them, and checks them again", async () => {
    const [a, b] = [await service(), await service()];
    const { id } = await ask(a, [b]);
    await editRollback(operator, { id, changes: { reason: "Another reason." } });
    expect(await held(id)).toEqual([a, b]);
    const where = { serviceId: b, environment: "production", version: "2.3.0" };
    await client.deployment.updateMany({ where, data: { knownGood: false } });
    const again = editRollback(operator, { id, changes: { reason: "A third one." } });
    await expect(again).rejects.toMatchObject({ code: "NOT_KNOWN_GOOD" });
    await editRollback(operator, { id, changes: { members: [{ service: b, to: "2.2.0" }] } });
  });

  it("cannot take a service that another holds", async () => {
    const [a, b, c] = [await service(), await service(), await service()];
    const other = await ask(c);
    const { id } = await ask(a, [b]);
    const changes = { members: [{ service: c, to: "2.3.0" }] };
    await expect(editRollback(operator, { id, changes })).rejects.toMatchObject({
      code: "LOCKED",
      extra: { number: other.number, service: c },
    });
    expect(await held(id)).toEqual([a, b]);
  });
});
