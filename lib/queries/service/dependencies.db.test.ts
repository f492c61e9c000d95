import { describe, expect, it } from "vitest";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { serviceDependencies } from "#lib/queries/service/dependencies.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const needs = (serviceId: string, dependsOnId: string, versions: string | null) =>
  client.dependency.create({ data: { serviceId, dependsOnId, versions } });
const ask = (to: string | null, companions: { service: string; to: string }[] = []) => ({
  environment: "production",
  to,
  companions,
});

describe("what a rollback means for others", () => {
  it("is told both ways, with what must move and where it could go", async () => {
    const [shop, billing, mail] = [await service(), await service(), await service()];
    await needs(billing, mail, "2.4.x");
    await needs(shop, billing, ">=2.4.0");
    const viewer = await person("viewer");
    const answer = await serviceDependencies(viewer, billing, ask("2.3.0"));
    expect(answer).toMatchObject({ from: "2.4.0", to: "2.3.0", order: [billing], cycles: [] });
    expect(answer.dependsOn).toMatchObject([{ service: mail, verdict: "compatible", mustMove: false }]);
    expect(answer.dependents).toMatchObject([
      { service: shop, verdict: "incompatible", mustMove: true, version: "2.4.0" },
    ]);
    // Its 2.3.0 ran beside the other's 2.3.0.
    expect(answer.dependents[0]?.candidates).toEqual(["2.3.0", "2.2.0"]);
  });

  it("is told of those who move with it: why, in which order, and what that means in turn", async () => {
    const [shop, billing, ledger] = [await service(), await service(), await service()];
    await needs(shop, billing, ">=2.4.0");
    await needs(ledger, shop, ">=2.4.0");
    const answer = await serviceDependencies(
      await person("viewer"),
      billing,
      ask("2.3.0", [{ service: shop, to: "2.3.0" }]),
    );
    expect(answer.dependents).toMatchObject([{ service: shop, verdict: "compatible", version: "2.3.0" }]);
    expect(answer.order).toEqual([shop, billing]);
    expect(answer.companions).toMatchObject([{ service: shop, from: "2.4.0", to: "2.3.0" }]);
    expect(answer.companions[0]?.because).toContain(">=2.4.0; 2.3.0 is not that.");
    expect(answer.companions[0]?.dependents).toMatchObject([{ service: ledger, mustMove: true }]);
  });

  it("does not offer what is quarantined, and tells how it is now where no version is named", async () => {
    const [shop, billing] = [await service(), await service()];
    await needs(shop, billing, "1.x");
    const where = { serviceId: billing, environment: "production" };
    await client.pin.create({
      data: { ...where, id: `pin-${billing}`, version: "2.3.0", reason: "It lost mail.", createdBy: "x" },
    });
    const viewer = await person("viewer");
    const now = await serviceDependencies(viewer, shop, ask(null));
    expect(now).toMatchObject({ from: "2.4.0", to: null });
    expect(now.dependsOn).toMatchObject([{ verdict: "incompatible", candidates: [] }]);
    await client.dependency.updateMany({ where: { serviceId: shop }, data: { versions: "<2.4.0" } });
    const after = await serviceDependencies(viewer, shop, ask("2.3.0"));
    expect(after.dependsOn).toMatchObject([{ mustMove: true, candidates: ["2.2.0"] }]);
  });

  it("calls a service without a recorded version in that environment unknown", async () => {
    const [shop, billing] = [await service(), await service({ history: [] })];
    await needs(shop, billing, "1.x");
    const answer = await serviceDependencies(await person("viewer"), shop, ask("2.3.0"));
    expect(answer.dependsOn).toMatchObject([{ verdict: "unknown", version: null }]);
  });
});

describe("whoever may not read a service", () => {
  it("is not told its name or versions where it stands beside one they may read", async () => {
    const [shop, vault] = [await service(), await service({ system: "bank" })];
    await needs(shop, vault, "1.x");
    await needs(vault, shop, "9.x");
    const answer = await serviceDependencies(await person("viewer", "shop"), shop, ask("2.3.0"));
    expect(answer.dependsOn).toMatchObject([{ service: null, versions: null, verdict: "incompatible" }]);
    expect(answer.dependents).toMatchObject([{ service: null, name: "a service you cannot read" }]);
    const { name } = await client.service.findUniqueOrThrow({ where: { id: vault } });
    for (const secret of [vault, name, "1.x", "9.x"]) expect(JSON.stringify(answer)).not.toContain(secret);
  });

  it("cannot ask about it, nor name it as one that moves too", async () => {
    const [shop, vault] = [await service(), await service({ system: "bank" })];
    const viewer = await person("viewer", "shop");
    const companions = [{ service: vault, to: "2.3.0" }];
    for (const [id, asked] of [
      [vault, ask("2.3.0")],
      [shop, ask("2.3.0", companions)],
      [shop, { ...ask("2.3.0"), environment: "nowhere" }],
    ] as const) {
      await expect(serviceDependencies(viewer, id, asked)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  });

  it("names each service once", async () => {
    const shop = await service();
    const asked = serviceDependencies(
      await person("viewer"),
      shop,
      ask("2.3.0", [{ service: shop, to: "2.2.0" }]),
    );
    await expect(asked).rejects.toMatchObject({ code: "INVALID" });
  });
});
