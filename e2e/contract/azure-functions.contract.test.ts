import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import {
  deploymentsPath,
  functionPath,
  problem,
  settingsPath,
  startAzure,
  subscriptionId,
  swapPath,
} from "#e2e/contract/azure-server.ts";
import type { AzureServer } from "#e2e/contract/azure-server.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { clientId, tenantId, tokenPath } from "#e2e/contract/entra-route.ts";
import { folderPrint, temporaryFolder } from "#e2e/contract/folder-print.ts";
import type { Component } from "#lib/domain/service.ts";

const secret = 'az/"secret" 42+';
const kept = {
  settings: { MODEL: "medium", API_KEY: "old-and-hidden", ONLY_OLD: "1" },
  bindings: { mail: { bindings: [{ type: "queueTrigger", name: "item", queueName: "old" }] } },
};

contractSuite("azure-functions", { make: () => open("code") }, "code");
contractSuite("azure-functions", { make: () => open("configuration") }, "configuration");

type Open = ContractCase & { server: AzureServer; folder: string };

async function open(component: Component): Promise<Open> {
  const server = await startAzure(secret);
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, "2.3.0.json"), JSON.stringify(kept));
  const request = planRequest();
  const artifacts = { ...request.to.artifacts, imageDigest: "d-good" };
  return {
    server,
    folder,
    adapter: "azure-functions",
    settings: {
      tenantId,
      clientId,
      subscriptionId,
      resourceGroup: "agents",
      site: "mail",
      revisions: folder,
      plainKeys: ["MODEL"],
      managementUrl: server.url,
      loginUrl: server.url,
      swapSeconds: 5,
      settleSeconds: 0.3,
      lookEveryMs: 20,
      timeoutMs: 2000,
    },
    secrets: { clientSecret: secret },
    allow: [server.address],
    request: { ...request, component, to: { ...request.to, artifacts } },
    fingerprint: async () => ({
      folder: await folderPrint(folder),
      effects: { ...server.effects },
      settings: server.settings(),
      slots: JSON.stringify(server.slots),
    }),
    effects: (operation) =>
      Promise.resolve(
        operation === "swap-slot"
          ? server.effects.swaps
          : operation === "restore-bindings"
            ? server.effects.functions
            : server.effects.settings,
      ),
    wrongSettings: [
      {},
      { tenantId, clientId, subscriptionId: "no-guid", resourceGroup: "agents", site: "mail" },
      { tenantId, clientId, subscriptionId, resourceGroup: "agents", site: "mail/../other" },
      { tenantId, clientId, subscriptionId, resourceGroup: "agents", site: "mail", slot: "a/b" },
      { tenantId, clientId, subscriptionId, resourceGroup: "agents", site: "mail", unknown: 1 },
    ],
    stop: async () => {
      await rm(folder, { recursive: true });
      await server.stop();
    },
  };
}

describe("azure-functions", () => {
  let one: Open;
  beforeEach(async () => {
    one = await open("code");
  });
  afterEach(() => one.stop());
  const { plan, plans, step, run, artifacts, inspect, identify } = underTest(() => one);
  const configuration = { component: "configuration" } as const;

  it("swaps when the slot holds the version and production does not, and Azure itself says what runs", async () => {
    expect((await run("swap-slot")).fault).toBeNull();
    expect(one.server.slots.production.active).toBe("d-good");
    expect(one.server.calls(swapPath).map(({ body }) => body)).toEqual([
      { targetSlot: "staging", preserveVnet: true },
    ]);
  });

  it("signs in once for each look, with the secret in the body alone", async () => {
    await plan("swap-slot");
    const [call] = one.server.calls(tokenPath);
    expect(one.server.calls(tokenPath)).toHaveLength(1);
    expect(JSON.stringify([call?.path, call?.headers])).not.toContain("secret");
  });

  it("refuses to plan what no slot holds, and what the record does not name", async () => {
    expect(await refusal(plan("swap-slot", artifacts({ imageDigest: "d-none" })))).toBe(
      "permanent NOT_IN_SLOT",
    );
    expect(await refusal(plan("swap-slot", artifacts({ imageDigest: null })))).toBe(
      "permanent NO_DEPLOYMENT",
    );
  });

  it.each([
    ["the connection is cut", { drop: "after" as const }],
    ["500 is answered", { after: problem(500, "InternalServerError") }],
    ["the answer never comes", { hang: true }],
  ])("when after the effect %s, it sees the swap and asks once", async (_how, fault) => {
    one.settings["timeoutMs"] = 300;
    one.server.fail({ on: swapPath, times: 1, ...fault });
    expect((await run("swap-slot")).fault).toBeNull();
    expect(one.server.calls(swapPath)).toHaveLength(1);
    expect(one.server.effects.swaps).toBe(1);
  });

  it("after an unknown outcome it looks first, and asks again only when Azure says that nothing is pending", async () => {
    one.server.fail({ on: swapPath, times: 1, drop: "before" });
    const { desired } = await plan("swap-slot");
    expect((await step("swap-slot", desired)).fault).toMatchObject({
      kind: "unknown",
      code: "SWAP_UNCERTAIN",
    });
    expect((await step("swap-slot", desired, "unknown")).fault).toBeNull();
    expect(one.server.effects.swaps).toBe(1);
  });

  it("asks for no second swap while one is pending, however long it takes", async () => {
    one.server.course.polls = 10_000;
    one.settings["swapSeconds"] = 1;
    const { desired } = await plan("swap-slot");
    for (const previous of ["none", "unknown"] as const)
      expect((await step("swap-slot", desired, previous)).fault).toMatchObject({
        kind: "unknown",
        code: "SWAP_UNCERTAIN",
      });
    expect(one.server.calls(swapPath)).toHaveLength(1);
  });

  it("says so when Azure gives the swap up", async () => {
    one.server.course.fails = true;
    expect((await run("swap-slot")).fault?.code).toBe("SWAP_UNCERTAIN");
    expect(one.server.slots.production.active).toBe("d-bad");
  });

  it("sends nothing when somebody deployed to either slot since", async () => {
    const { desired } = await plan("swap-slot");
    one.server.slots.staging.active = "d-other";
    expect((await step("swap-slot", desired)).fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
    one.server.slots.production.active = "d-other";
    expect((await step("swap-slot", desired)).fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
    expect(one.server.calls(swapPath)).toHaveLength(0);
  });

  it.each([
    [401, "permanent", "NOT_AUTHENTICATED"],
    [403, "permanent", "NOT_PERMITTED"],
    [404, "permanent", "NOT_THERE"],
    [409, "transient", "CONFLICT"],
  ])("an answer %i to the swap is a %s fault %s", async (status, kind, code) => {
    one.server.fail({ on: swapPath, instead: problem(status, "No") });
    expect((await run("swap-slot")).fault).toMatchObject({ kind, code });
    expect(one.server.effects.swaps).toBe(0);
  });

  it("waits when Azure throttles, in looks and in the swap", async () => {
    const throttled = { ...problem(429, "TooManyRequests"), headers: { "retry-after": "0" } };
    one.server.fail({ on: deploymentsPath, times: 2, instead: throttled });
    one.server.fail({ on: swapPath, times: 1, instead: throttled });
    expect((await run("swap-slot")).fault).toBeNull();
    expect(one.server.effects.swaps).toBe(1);
  });

  it("names a wrong secret, an address that is not allowed, and an answer that leads elsewhere", async () => {
    one.secrets["clientSecret"] = "wrong";
    expect(await refusal(plan("swap-slot"))).toBe("permanent NOT_AUTHENTICATED");
    one.secrets["clientSecret"] = secret;
    one.server.fail({
      on: deploymentsPath,
      times: 1,
      instead: { status: 200, body: { value: [], nextLink: "http://127.0.0.1:9/steal" } },
    });
    expect(await refusal(plan("swap-slot"))).toBe("permanent ADDRESS_REFUSED");
    one.allow = [];
    expect(await refusal(plan("swap-slot"))).toBe("permanent ADDRESS_REFUSED");
  });

  it("takes the version from an app setting where the team names one", async () => {
    one.settings["versionSetting"] = "MODEL";
    expect((await plan("swap-slot", artifacts({ imageDigest: "large" }))).title).toContain("already");
  });

  it("verifies the triggers that the good slot had: missing, disabled or of another type is not as wanted", async () => {
    const { desired } = await plan("verify-triggers");
    expect(desired).toEqual({ functions: { ask: "httpTrigger", mail: "queueTrigger" } });
    expect((await step("verify-triggers", desired)).evidence.map(({ ok }) => ok)).toEqual([true, true]);
    const { production } = one.server.slots;
    production.disabled = ["mail"];
    production.functions["ask"] = { bindings: [{ type: "timerTrigger" }] };
    expect((await step("verify-triggers", desired)).evidence.map(({ ok }) => ok)).toEqual([false, false]);
    delete production.functions["ask"];
    expect((await step("verify-triggers", desired)).fault).toMatchObject({ code: "TRIGGER_MISSING" });
    one.settings["triggers"] = { ask: "httpTrigger" };
    expect((await plan("verify-triggers")).desired).toEqual({ functions: { ask: "httpTrigger" } });
  });

  it("sets all app settings, keeps those of the platform, and shows no hidden value", async () => {
    const restored = await run("restore-settings", configuration);
    expect(restored.fault).toBeNull();
    expect(one.server.settings()).toEqual({ ...kept.settings, WEBSITE_CONTENTSHARE: "share" });
    expect(JSON.stringify(restored)).toContain("MODEL (large → medium)");
    expect(JSON.stringify(restored)).not.toContain("and-hidden");
  });

  it("sets them once when the answer was lost after the effect", async () => {
    one.server.fail({ on: settingsPath, times: 1, drop: "after" });
    const { desired } = await plan("restore-settings", configuration);
    expect((await step("restore-settings", desired)).fault?.kind).toBe("transient");
    expect((await step("restore-settings", desired, "unknown")).fault).toBeNull();
    expect(one.server.effects.settings).toBe(1);
  });

  it("sets the bindings that differ, and says where they are part of a package", async () => {
    one.server.fail({ on: functionPath, times: 1, instead: problem(400, "ReadOnly") });
    expect((await run("restore-bindings", configuration)).fault).toMatchObject({
      code: "BINDINGS_READ_ONLY",
    });
    expect((await run("restore-bindings", configuration)).fault).toBeNull();
    expect(one.server.slots.production.functions["mail"]).toEqual(kept.bindings.mail);
    expect(one.server.effects.functions).toBe(1);
  });

  it("refuses a stored revision that is missing, changed since, or broken, without showing it", async () => {
    const { desired } = await plan("restore-settings", configuration);
    const file = path.join(one.folder, "2.3.0.json");
    await writeFile(file, JSON.stringify({ settings: { A: "b" } }));
    expect((await step("restore-settings", desired)).fault).toMatchObject({ code: "BACKUP_CHANGED" });
    await writeFile(file, '{"settings":{"A":["hidden secret"]}}');
    const said = await plan("restore-settings", configuration).catch((error: unknown) => String(error));
    expect(said).toMatch(/settings\.A/);
    expect(said).not.toContain("hidden secret");
    await rm(file);
    expect(await refusal(plans("restore-bindings", configuration))).toBe("permanent BACKUP_MISSING");
  });

  it("shows at registration what production runs and which deployments are kept, from every page", async () => {
    const found = await inspect();
    expect(found?.current?.artifacts.imageDigest).toBe("d-bad");
    expect(found?.history.map(({ version }) => version)).toEqual(["d-old", "d-bad"]);
    expect((await identify())?.id).toContain("/providers/microsoft.web/sites/mail");
  });
});
