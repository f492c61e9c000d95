import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { runStep } from "#e2e/contract/run-step.ts";
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
import { describeWith } from "#e2e/targets/needs.ts";
import { startUnleash, unleashMissing, unleashTokens } from "#e2e/targets/unleash.ts";
import type { UnleashServer } from "#e2e/targets/unleash.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { planSet } from "#lib/adapters/feature-flag/executor.ts";
import { featureFlag } from "#lib/adapters/feature-flag/index.ts";
import { Settings } from "#lib/adapters/feature-flag/schema.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import { emptyDatabase, testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const secrets = {
  token: unleashTokens.admin,
  clientToken: unleashTokens.client,
  frontendToken: unleashTokens.frontend,
};
process.env["LASTGOOD_SECRET_UNLEASH"] = secrets.token;
process.env["LASTGOOD_SECRET_UNLEASH_CLIENT"] = secrets.clientToken;

describeWith("Unleash", unleashMissing(), () => {
  let server: UnleashServer;
  let count = 0;
  const newFlag = async (): Promise<string> => {
    const name = `feature-${++count}`;
    await server.flagOn(name);
    return name;
  };
  const settings = (name: string, more: JsonObject = {}): JsonObject => ({
    provider: { kind: "unleash", url: server.url, environment: "production", ...more },
    flags: [{ name, enabled: false }],
  });
  beforeAll(async () => {
    const { ownerUrl } = await emptyDatabase();
    server = await startUnleash(ownerUrl);
  });
  afterAll(() => server.stop());

  contractSuite(
    "feature-flag",
    {
      make: async (): Promise<ContractCase> => {
        const name = await newFlag();
        const before = await server.switches(name);
        return {
          adapter: "feature-flag",
          settings: settings(name),
          secrets,
          allow: [server.address],
          request: planRequest(),
          fingerprint: async () => [await server.switches(name), await server.isOn(name)],
          effects: async () => (await server.switches(name)) - before,
          wrongSettings: [{ provider: { kind: "unleash", url: server.url }, flags: [] }],
          stop: () => Promise.resolve(),
        };
      },
    },
    "unleash",
  );

  const plan = (of: JsonObject, more: { secrets?: Record<string, string>; allow?: string[] } = {}) =>
    planSet(
      adapterContext({ settings: Settings.parse(of), secrets, allow: [server.address], ...more })
        .ctx as AdapterContext<Settings>,
    );

  it("names what keeps it from the flag", async () => {
    const name = await newFlag();
    await expect(plan(settings("absent"))).rejects.toMatchObject({ kind: "permanent", code: "FLAG_MISSING" });
    await expect(plan(settings(name), { secrets: { token: "wrong token" } })).rejects.toMatchObject({
      code: "NOT_AUTHENTICATED",
    });
    await expect(plan(settings(name, { project: "absent" }))).rejects.toMatchObject({ kind: "permanent" });
    await expect(plan(settings(name), { allow: [] })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
  });

  it("takes no token of another environment for proof", async () => {
    const name = await newFlag();
    await server.call("POST", `/api/admin/projects/default/features/${name}/environments/production/off`, {});
    const result = await runStep({
      adapter: "feature-flag",
      operation: "verify",
      settings: settings(name),
      secrets: { ...secrets, clientToken: unleashTokens.otherClient },
      allow: [server.address],
      desired: { flags: [{ name, enabled: false }] },
    });
    expect(result.fault).toMatchObject({ kind: "permanent", code: "WRONG_ENVIRONMENT" });
  });

  it("says which instance it is, its version, and how the flag stands", async () => {
    const name = await newFlag();
    const { ctx } = adapterContext({
      settings: Settings.parse(settings(name)),
      secrets,
      allow: [server.address],
    });
    const found = await featureFlag.inspect?.(ctx as AdapterContext<Settings>, "feature_flag");
    expect(found?.evidence.map(({ detail }) => detail)).toEqual([
      "Unleash 7.5.1.",
      "It is on in default/production of Unleash.",
    ]);
    expect(await featureFlag.identify?.(ctx as AdapterContext<Settings>)).toMatchObject({
      kind: "unleash-instance",
    });
  });

  describe("through the product", () => {
    const pool = workerPool(
      () => database.url,
      () => database.client,
      2,
    );
    beforeAll(() => pool.atLeast(2));
    afterAll(() => pool.stop());

    it("is turned off with a worker killed in the middle, once, and Unleash itself says so", async () => {
      const { client } = database;
      const [first, second] = [await newFlag(), await newFlag()];
      const before = await server.switches(first);
      const journey = {
        playbook: "ai-agents-platform",
        procedure: "feature-flag-off",
        scope: ["feature_flag" as const],
        place: {
          allow: [server.address],
          targets: [
            {
              component: "feature_flag" as const,
              adapter: "feature-flag",
              settings: {
                ...settings(first),
                flags: [
                  { name: first, enabled: false },
                  { name: second, enabled: false },
                ],
              },
              secrets: {
                token: "env:LASTGOOD_SECRET_UNLEASH",
                clientToken: "env:LASTGOOD_SECRET_UNLEASH_CLIENT",
              },
            },
          ],
        },
        good: { version: "1.0.0", hoursAgo: 24 },
        bad: { version: "2.0.0", hoursAgo: 1 },
      };
      const prepared = await prepareJourney(client, journey);
      await startJourney(client, prepared);
      await killAtIntent(client, pool, prepared.id, ["set"]);
      const end = await followJourney(client, prepared);

      expect(["monitoring", "succeeded"]).toContain(end.state);
      expect(end.takenOver).toHaveLength(1);
      expect([await server.isOn(first), await server.isOn(second)]).toEqual([false, false]);
      for (const name of [first, second]) expect((await server.switches(name)) - before).toBe(1);
      expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
      const named = await procedureSteps(journey, ["feature_flag"]);
      expect(named).toContain("execution feature_flag set");
      expect(plannedSteps(prepared)).toEqual([
        "initiation feature_flag record",
        "validation feature_flag confirm",
        "execution feature_flag set",
        "execution feature_flag set",
        "verification feature_flag verify",
      ]);
      expect(JSON.stringify(end.events)).not.toContain(secrets.token);
    });
  });
});
