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
