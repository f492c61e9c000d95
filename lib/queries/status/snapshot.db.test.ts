import { expect, it } from "vitest";
import { changeIncident } from "#lib/commands/incident/change.ts";
import { declareIncident } from "#lib/commands/incident/declare.ts";
import { updateIncident } from "#lib/commands/incident/update.ts";
import { reportSignals } from "#lib/commands/signal/report.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";
import { statusSnapshot } from "#lib/queries/status/snapshot.ts";
import { person } from "../../../prisma/factories/people.ts";
import { service } from "../../../prisma/factories/service.ts";

await testDatabase();
const operator = await person("operator");

async function stateOf(id: string, now = new Date()) {
  const snapshot = await statusSnapshot(now);
  return snapshot.components.find((component) => component.id === id)?.state;
}
const measure = (id: string, rate: number, at = new Date()) =>
  reportSignals(operator, {
    service: id,
    environment: "production",
    signals: [{ name: "error_rate", value: rate, unit: "fraction", at: at.toISOString() }],
  });

it("a service of which nothing was measured is unknown, not green", async () => {
  expect(await stateOf(await service())).toBe("unknown");
});

it("a service is green only while what was measured is fresh and fine", async () => {
  const id = await service();
  await measure(id, 0.001);
  expect(await stateOf(id)).toBe("operational");
  expect(await stateOf(id, new Date(Date.now() + 5 * 60_000))).toBe("unknown");
  await measure(id, 0.2, new Date(Date.now() + 1));
  expect(await stateOf(id, new Date(Date.now() + 1000))).toBe("degraded");
});

it("an open incident shows, with what was said publicly and nothing else", async () => {
  const id = await service();
  await measure(id, 0.001);
  const incident = await declareIncident(operator, {
    title: "Checkout answers slowly",
    service: id,
    environment: "production",
    severity: "P0",
  });
  await updateIncident(operator, {
    id: incident.id,
    state: "investigating",
    text: "We are on it.",
    public: true,
  });
  await updateIncident(operator, {
    id: incident.id,
    state: "identified",
    text: "It was Bob.",
    public: false,
  });
  const snapshot = await statusSnapshot(new Date());
  expect(snapshot.state).toBe("major_outage");
  const shown = snapshot.incidents.find((one) => one.title === "Checkout answers slowly");
  expect(shown?.updates.map((update) => update.text)).toEqual(["We are on it."]);
  expect(JSON.stringify(snapshot)).not.toContain("Bob");

  await changeIncident(operator, { id: incident.id, state: "resolved" });
  expect(await stateOf(id)).toBe("operational");
  expect((await statusSnapshot(new Date())).past.map((one) => one.title)).toContain(
    "Checkout answers slowly",
  );
});

it("what happens in staging is nobody else's business", async () => {
  const id = await service();
  await declareIncident(operator, { title: "Staging is red", service: id, environment: "staging" });
  expect(JSON.stringify(await statusSnapshot(new Date()))).not.toContain("Staging is red");
});

it("a measurement from the future is refused, so that it cannot keep anything green", async () => {
  const id = await service();
  await expect(measure(id, 0, new Date(Date.now() + 3_600_000))).rejects.toMatchObject({ code: "INVALID" });
  expect(await stateOf(id)).toBe("unknown");
});
