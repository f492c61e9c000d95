import { expect, it } from "vitest";
import { changeService } from "#lib/commands/service/change.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { serviceForm } from "#lib/queries/service/form.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

await testDatabase();

const target = {
  component: "configuration" as const,
  adapter: "etcd",
  settings: { url: "https://127.0.0.1:2379", prefix: "shop/" },
  secrets: { password: "stored:etcd_password" },
};
const production = { name: "production", protected: true, allow: ["127.0.0.1:2379"], targets: [target] };

it("shows what is registered as it was written, so that saving it unchanged changes nothing", async () => {
  const admin = await person("admin");
  const [id, other] = [await service(), await service()];
  const dependsOn = [{ service: other, versions: ">=2" }];
  await changeService(admin, { id, changes: { environments: [production], dependsOn } });
  const form = await serviceForm(admin, id);
  expect(form.dependsOn).toEqual(dependsOn);
  expect(form.environments).toContainEqual({ ...production, automaticRollback: false });
  await changeService(admin, { id, changes: form });
  expect(await serviceForm(admin, id)).toEqual(form);
});

it("does not tell where secrets are found to whoever may not change it", async () => {
  const id = await service({ system: "shop" });
  for (const role of ["viewer", "operator", "release_manager"] as const)
    await expect(serviceForm(await person(role), id)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(serviceForm(await person("admin", "shop"), id)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(serviceForm(await person("viewer", "bank"), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(serviceForm(await person("admin"), "no-such-service")).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});
