import { describe, expect, it } from "vitest";
import { decideIncident } from "#lib/commands/incident/decide.ts";
import { declareIncident } from "#lib/commands/incident/declare.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

const { client } = await testDatabase();
const operator = await person("operator");
const shop = await service();
const declare = () =>
  declareIncident(operator, { title: "Slow", service: shop, environment: "production", facts: {} });
const slow = { customer_complaints: true };

describe("A severity set by hand", () => {
  it("takes the place of the one that the rows come to, and both are recorded with the reason", async () => {
    const { id } = await declare();
    const decision = await decideIncident(operator, {
      id,
      facts: slow,
      severity: "P1",
      reason: "The largest customer.",
    });
    expect(decision).toMatchObject({ verdict: "rollback", severity: "P1", severityByRules: "P2" });
    const incident = await client.incident.findUniqueOrThrow({ where: { id } });
    expect(incident.severity).toBe("P1");
    const event = await client.event.findFirstOrThrow({ where: { type: "incident.decided", subjectId: id } });
    expect(JSON.parse(event.body)).toMatchObject({
      data: { severity: "P1", severityByRules: "P2", reason: "The largest customer." },
    });
  });

  it("needs a reason where it differs, and none where it does not", async () => {
    const { id } = await declare();
    await expect(decideIncident(operator, { id, facts: slow, severity: "P0" })).rejects.toMatchObject({
      code: "INVALID",
    });
    expect(await client.event.count({ where: { type: "incident.decided", subjectId: id } })).toBe(0);
    expect(await decideIncident(operator, { id, facts: slow, severity: "P2" })).toMatchObject({
      severity: "P2",
      severityByRules: null,
    });
  });
});

describe("What the signals remember", () => {
  const rules = async (facts: Record<string, number>): Promise<string[]> => {
    const { id } = await declare();
    return (await decideIncident(operator, { id, facts })).rules.map((rule) => rule.id);
  };

  it("counts where nobody said for how long, and stands in the record", async () => {
    const now = Date.now();
    await client.signal.createMany({
      data: Array.from({ length: 14 }, (_, nth) => ({
        serviceId: shop,
        environment: "production",
        name: "error_rate",
        value: 9,
        unit: "%",
        source: "test",
        at: new Date(now - nth * 10_000),
      })),
    });
    expect(await rules({ error_rate: 9 })).toContain("error-rate-sustained");
    const event = await client.event.findFirstOrThrow({
      where: { type: "incident.decided" },
      orderBy: { position: "desc" },
    });
    const { data } = JSON.parse(event.body) as { data: { sustainedFor: Record<string, number> } };
    expect(data.sustainedFor["error_rate above 5"]).toBeGreaterThanOrEqual(130);
  });

  it("gives way to a person who says for how long", async () => {
    expect(await rules({ error_rate: 9, error_rate_for: 20 })).not.toContain("error-rate-sustained");
  });
});
