import { describe, expect, it } from "vitest";
import { requestRollback } from "#lib/commands/rollback/request.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();

describe("one rollback at a time for a service and environment", () => {
  it("gives one of 100 parallel requests the lock and tells the others whose it is", async () => {
    const operator = await person("operator");
    const id = await service();
    const ask = () =>
      requestRollback(operator, { service: id, environment: "production", to: "2.3.0", reason: "5xx" });
    const results = await Promise.allSettled(Array.from({ length: 100 }, ask));
    const won = results.filter((result) => result.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      expect(result.reason).toBeInstanceOf(Refusal);
      expect(result.reason).toMatchObject({ code: "LOCKED", extra: { number: won[0]?.value.number } });
    }
    expect(await client.rollback.count({ where: { serviceId: id } })).toBe(1);
    expect(await client.run.count({ where: { kind: "prepare" } })).toBe(1);
  });

  it("makes one rollback of one idempotency key sent 100 times", async () => {
    const operator = await person("operator");
    const id = await service();
    const idempotency = { actorId: operator.id, key: "again", route: "POST /rollbacks", bodyHash: "same" };
    const ask = () =>
      requestRollback(
        operator,
        { service: id, environment: "staging", to: "2.3.0", reason: "5xx" },
        idempotency,
      );
    const results = await Promise.all(Array.from({ length: 100 }, ask));
    expect(new Set(results.map((result) => result.id)).size).toBe(1);
    expect(await client.rollback.count({ where: { serviceId: id } })).toBe(1);
  });

  it("refuses the same key for another request", async () => {
    const operator = await person("operator");
    const id = await service();
    const input = { service: id, environment: "staging", to: "2.3.0", reason: "5xx" };
    const key = { actorId: operator.id, key: "other", route: "POST /rollbacks" };
    await requestRollback(operator, input, { ...key, bodyHash: "one" });
    await expect(requestRollback(operator, input, { ...key, bodyHash: "two" })).rejects.toMatchObject({
      code: "DUPLICATE",
    });
  });

  it("lets two environments of one service roll back side by side", async () => {
    const operator = await person("operator");
    const id = await service();
    for (const environment of ["production", "staging"]) {
      await requestRollback(operator, { service: id, environment, to: "2.3.0", reason: "5xx" });
    }
    expect(await client.rollback.count({ where: { serviceId: id, state: "draft" } })).toBe(2);
  });
});

describe("the version to go back to", () => {
  it.each([
    ["9.9.9", "NEVER_DEPLOYED"],
    ["2.4.0", "NOT_KNOWN_GOOD"],
    ["2.3.0; rm -rf /", "INVALID"],
    ["../../etc/passwd", "INVALID"],
    ["--force", "INVALID"],
    ["$(id)", "INVALID"],
    ["{{7*7}}", "INVALID"],
    ["2.3.0\n", "INVALID"],
    ["", "INVALID"],
  ])("refuses %j with %s and stores nothing", async (to, code) => {
    const operator = await person("operator");
    const id = await service();
    await expect(
      requestRollback(operator, { service: id, environment: "production", to, reason: "5xx" }),
    ).rejects.toMatchObject({ code });
    expect(await client.rollback.count({ where: { serviceId: id } })).toBe(0);
  });

  it("refuses one that is quarantined", async () => {
    const operator = await person("operator");
    const id = await service();
    await client.pin.create({
      data: {
        id: `pin-${id}`,
        serviceId: id,
        environment: "production",
        version: "2.3.0",
        reason: "It lost mail.",
        createdBy: "x",
      },
    });
    await expect(
      requestRollback(operator, { service: id, environment: "production", to: "2.3.0", reason: "5xx" }),
    ).rejects.toMatchObject({ code: "PINNED" });
  });
});
