import { expect, it } from "vitest";
import { changeService } from "#lib/commands/service/change.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();

it("an admin of one system cannot move its service into another", async () => {
  const id = await service({ system: "shop" });
  const admin = await person("admin", "shop");
  await changeService(admin, { id, changes: { owner: "Night shift" } });
  await expect(changeService(admin, { id, changes: { system: "bank" } })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  expect(await client.service.findUniqueOrThrow({ where: { id } })).toMatchObject({
    system: "shop",
    owner: "Night shift",
  });
});

it("an admin of another system sees nothing to change", async () => {
  const id = await service({ system: "shop" });
  const admin = await person("admin", "bank");
  await expect(changeService(admin, { id, changes: { owner: "Us" } })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

const production = { name: "production", protected: false, allow: ["127.0.0.1:22"], targets: [] };

it("an admin of one system does not say what is called or run there: that is for an admin everywhere", async () => {
  const id = await service({ system: "shop" });
  const environments = [production];
  await expect(
    changeService(await person("admin", "shop"), { id, changes: { environments } }),
  ).rejects.toMatchObject({ code: "FORBIDDEN" });
  const stored = await client.environment.findFirstOrThrow({
    where: { serviceId: id, name: "production" },
    include: { targets: true },
  });
  expect(stored).toMatchObject({ protected: true, allow: ["127.0.0.1:9"] });
  expect(stored.targets).toHaveLength(1);
});

it("an environment that lost its protection, and every address that was opened, stand in the record", async () => {
  const id = await service({ system: "shop" });
  await changeService(await person("admin"), { id, changes: { environments: [production] } });
  const { body } = await client.event.findFirstOrThrow({ where: { type: "service.changed", subjectId: id } });
  expect(JSON.parse(body)).toMatchObject({ data: { environments: [production] } });
});
