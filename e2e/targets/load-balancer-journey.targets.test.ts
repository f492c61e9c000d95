import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startMaintenance } from "#e2e/contract/maintenance-server.ts";
import {
  finishedSteps,
  followJourney,
  killAtIntent,
  plannedSteps,
  prepareJourney,
  procedureSteps,
  startJourney,
} from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { needs, servedBy, startLoadBalancer } from "#e2e/targets/load-balancer.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const token = "a-token-of-the-platform";
process.env["LASTGOOD_SECRET_MAINTENANCE"] = token;
const database = await testDatabase();
const pool = workerPool(
  () => database.url,
  () => database.client,
  2,
);
beforeAll(() => pool.atLeast(2));
afterAll(() => pool.stop());

describe.each(["haproxy", "nginx", "caddy"] as const)("%s", (kind) => {
  describeWith(`rolled back through the product: ${kind}`, missing(needs[kind]), () => {
    it("routes to version 1 again, with a worker killed in the middle, and every request says so", async () => {
      const balancer = await startLoadBalancer(kind);
      const { client } = database;
      expect(await servedBy(balancer.url)).toBe("2.4.0");
      const journey = {
        playbook: "dvo-agents",
        procedure: "component-only",
        scope: ["routing" as const],
        place: {
          allow: balancer.allow,
          targets: [
            { component: "routing" as const, adapter: kind, settings: balancer.settings, secrets: {} },
          ],
        },
        good: { version: "2.3.0", hoursAgo: 24 },
        bad: { version: "2.4.0", hoursAgo: 1 },
        initiator: "release_manager" as const,
      };
      const prepared = await prepareJourney(client, journey);
      await startJourney(client, prepared);
      await killAtIntent(client, pool, prepared.id, ["switch"]);
      const end = await followJourney(client, prepared);

      expect(end.state).toBe("succeeded");
      expect(end.takenOver).toHaveLength(1);
      expect(await balancer.serving()).toEqual(["blue"]);
      for (let at = 0; at < 20; at++) expect(await servedBy(balancer.url)).toBe("2.3.0");
      expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
      // The procedure names no operations of the routing: it takes what the load balancer offers, in its phases.
      expect(await procedureSteps(journey, ["routing"])).toEqual([]);
      expect(plannedSteps(prepared)).toEqual([
        "validation routing confirm",
        "execution routing switch",
        "execution routing drain",
        "verification routing verify-version",
      ]);
      expect(JSON.stringify(end.events)).toContain("5 of 5 requests through");
      await balancer.stop();
    });
  });
});

it("maintenance mode is on while the platform is rolled back and off after it, each once, with a worker killed while it is turned on", async () => {
  const server = await startMaintenance(token);
  const { client } = database;
  const journey = {
    playbook: "v2-platform",
    procedure: "complete-platform",
    scope: ["routing" as const],
    place: {
      allow: [server.address],
      targets: [
        {
          component: "routing" as const,
          adapter: "maintenance-mode",
          settings: { url: server.url, statusPath: "/admin/maintenance", settleSeconds: 3 },
          secrets: { token: "env:LASTGOOD_SECRET_MAINTENANCE" },
        },
      ],
    },
    good: { version: "2.3.0", hoursAgo: 24 },
    bad: { version: "2.4.0", hoursAgo: 1 },
  };
  const prepared = await prepareJourney(client, journey);
  await startJourney(client, prepared);
  await killAtIntent(client, pool, prepared.id, ["on"]);
  const end = await followJourney(client, prepared);

  expect(["monitoring", "succeeded"]).toContain(end.state);
  expect(end.takenOver).toHaveLength(1);
  expect(server.isOn()).toBe(false);
  expect(server.counts()).toMatchObject({ on: 1, off: 1 });
  const named = await procedureSteps(journey, ["routing"]);
  expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
  // No check is registered here, so the rest of what the procedure names has nothing to do.
  expect(named.filter((step) => !/ (?:validate|check|run)$/.test(step))).toEqual(plannedSteps(prepared));
  expect(plannedSteps(prepared)).toEqual([
    "validation routing confirm-mode",
    "execution routing on",
    "completion routing off",
  ]);
  expect(JSON.stringify(end.events)).not.toContain(token);
  await server.stop();
});
