import { expect, it } from "vitest";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { getService, listServices } from "#lib/queries/service/get.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();

it("names as dependents only services of systems that the reader may read", async () => {
  const [billing, shop, secret] = [await service(), await service(), await service()];
  await client.service.update({ where: { id: secret }, data: { system: "elsewhere" } });
  for (const serviceId of [shop, secret])
    await client.dependency.create({ data: { serviceId, dependsOnId: billing } });
  const { system } = await client.service.findUniqueOrThrow({ where: { id: billing } });

  const guest = await person("viewer", system);
  expect((await getService(guest, billing)).dependents).toEqual([shop]);
  const { items } = await listServices(guest, { limit: 200, cursor: undefined });
  expect(items.find((one) => one.id === billing)?.dependents).toEqual([shop]);
  const everywhere = await getService(await person("viewer"), billing);
  expect(everywhere.dependents.toSorted()).toEqual([shop, secret].toSorted());
});
