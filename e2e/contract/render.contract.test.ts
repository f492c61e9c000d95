import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { folderPrint, temporaryFolder } from "#e2e/contract/folder-print.ts";
import {
  deploysPath,
  envVarsPath,
  goodCommit,
  rollbackPath,
  startRender,
} from "#e2e/contract/render-server.ts";
import type { RenderServer } from "#e2e/contract/render-server.ts";
import type { Component } from "#lib/domain/service.ts";

const token = 'rnd_"key" 42/+';
const lookDeploys = "GET /v1/services/:service/deploys";
const lookDeploy = "GET /v1/services/:service/deploys/:deploy";

contractSuite("render", { make: () => open("code") }, "code");
contractSuite("render", { make: () => open("configuration") }, "configuration");

type Open = ContractCase & { server: RenderServer; folder: string };

async function open(component: Component): Promise<Open> {
  const server = await startRender(token);
  const folder = await temporaryFolder();
  await writeFile(
    path.join(folder, "2.3.0.env"),
    "# kept\nMODEL=medium\nAPI_KEY=old-and-hidden\nONLY_OLD=1\n",
  );
  const request = planRequest();
  return {
    server,
    folder,
    adapter: "render",
    settings: {
      serviceId: "srv-agent",
      apiUrl: `${server.url}/v1`,
      revisions: folder,
      plainKeys: ["MODEL"],
      deploySeconds: 5,
      settleSeconds: 0.5,
      lookEveryMs: 20,
      timeoutMs: 2000,
    },
    secrets: { token },
    allow: [server.address],
    request: {
      ...request,
      component,
      to: { ...request.to, artifacts: { ...request.to.artifacts, commit: goodCommit } },
    },
    fingerprint: async () => ({
      folder: await folderPrint(folder),
      effects: { ...server.effects },
      deploys: server.deploys.map(({ id, status }) => [id, status]),
      variables: server.variables(),
    }),
    effects: (operation) =>
      Promise.resolve(
        operation === "rollback"
          ? server.effects.rollbacks
          : operation === "restart"
            ? server.effects.deploys
            : server.effects.replaced,
      ),
    wrongSettings: [
      {},
      { serviceId: "../x" },
      { serviceId: "srv-a/b" },
      { serviceId: "srv-a", apiUrl: "ftp://example.com" },
      { serviceId: "srv-a", revisions: "relative" },
      { serviceId: "srv-a", unknown: 1 },
    ],
    stop: async () => {
      await rm(folder, { recursive: true });
      await server.stop();
    },
  };
}

describe("render", () => {
  let one: Open;
  beforeEach(async () => {
    one = await open("code");
  });
  afterEach(() => one.stop());

  const { plan, step, run, artifacts, inspect, identify } = underTest(() => one);
  const configuration = { component: "configuration" } as const;

  it("reuses the kept deploy by its id, and Render itself says that its commit is live", async () => {
    expect((await run("rollback")).fault).toBeNull();
    expect(one.server.calls(rollbackPath).map(({ body }) => body)).toEqual([{ deployId: "dep-good" }]);
    expect(one.server.live()).toMatchObject({ trigger: "rollback", commit: { id: goodCommit } });
  });

  it("says that automatic deploys stay on", async () => {
    expect((await plan("rollback")).notReverted?.[0]?.what).toContain("Automatic deploys");
  });

  it("finds the deploy by its id too, and refuses what is gone, was never live, or is not named", async () => {
    expect((await plan("rollback", artifacts({ imageDigest: "dep-good" }))).desired).toMatchObject({
      deployId: "dep-good",
    });
    const [kept] = one.server.deploys;
    if (!kept) throw new Error("One deploy is there.");
    one.server.deploys.unshift({ ...kept, id: "dep-broken", status: "build_failed" });
    expect(await refusal(plan("rollback", artifacts({ imageDigest: "dep-none" })))).toBe(
      "permanent DEPLOY_GONE",
    );
    expect(await refusal(plan("rollback", artifacts({ imageDigest: "dep-broken" })))).toBe(
      "permanent DEPLOY_GONE",
    );
    expect(await refusal(plan("rollback", artifacts({ commit: "c".repeat(40) })))).toBe(
      "permanent DEPLOY_GONE",
    );
    expect(await refusal(plan("rollback", artifacts({ commit: null })))).toBe("permanent NO_DEPLOY");
  });

  it.each([
    [401, "permanent", "NOT_AUTHENTICATED"],
    [403, "permanent", "NOT_PERMITTED"],
    [404, "permanent", "DEPLOY_GONE"],
    [409, "transient", "CONFLICT"],
    [400, "permanent", "REFUSED"],
  ])(
    "an answer %i to the rollback is a %s fault %s with advice, and nothing was changed",
    async (status, kind, code) => {
      one.server.fail({ on: rollbackPath, instead: { status, body: { message: "no" } } });
      const { fault } = await run("rollback");
      expect(fault).toMatchObject({ kind, code });
      expect(fault?.advice.length).toBeGreaterThan(10);
      expect(one.server.effects.rollbacks).toBe(0);
    },
  );

  it("waits as long as 429 asks, and gives up with a name when that is too long", async () => {
    one.server.fail({
      on: rollbackPath,
      times: 2,
      instead: { status: 429, headers: { "retry-after": "0" } },
    });
    one.server.fail({ on: lookDeploys, times: 1, instead: { status: 429, headers: { "retry-after": "0" } } });
    const { fault, lines } = await run("rollback");
    expect(fault).toBeNull();
    expect(lines.filter((line) => line.includes("answered 429"))).toHaveLength(2);
    expect(one.server.effects.rollbacks).toBe(1);
    one.server.fail({ on: lookDeploys, instead: { status: 429, headers: { "retry-after": "3600" } } });
    expect(await refusal(plan("rollback"))).toBe("transient THROTTLED");
  });

  it.each([
    ["the connection is cut", { drop: "after" as const }],
    ["500 is answered", { after: { status: 500, body: { message: "oops" } } }],
    ["nonsense is answered", { after: { status: 201, body: { hello: 1 } } }],
  ])("when after the effect %s, it finds its deploy and asks once", async (_how, fault) => {
    one.server.fail({ on: rollbackPath, times: 1, ...fault });
    expect((await run("rollback")).fault).toBeNull();
    expect(one.server.effects.rollbacks).toBe(1);
  });

  it("when the request was lost before it had an effect, says that it may be asked again, which then works", async () => {
    one.server.fail({ on: rollbackPath, times: 1, drop: "before" });
    const { desired } = await plan("rollback");
    expect((await step("rollback", desired)).fault).toMatchObject({
      kind: "transient",
      code: "ROLLBACK_NOT_SEEN",
    });
    expect((await step("rollback", desired, "unknown")).fault).toBeNull();
    expect(one.server.effects.rollbacks).toBe(1);
  });

  it("names a deploy that failed, and one that hangs", async () => {
    one.server.course.ends = "update_failed";
    expect((await run("rollback")).fault).toMatchObject({ kind: "permanent", code: "DEPLOY_FAILED" });
    one.server.course.looks = 10_000;
    one.settings["deploySeconds"] = 1;
    expect((await run("rollback")).fault).toMatchObject({ kind: "unknown", code: "DEPLOY_HANGS" });
  });

  it("goes back although the running build was deployed again since, as a restored configuration asks for", async () => {
    const { desired } = await plan("rollback");
    const restart = await plan("restart", configuration);
    expect((await run("restore-environment", configuration)).fault).toBeNull();
    expect((await step("restart", restart.desired)).fault).toBeNull();
    expect(one.server.live()).toMatchObject({ trigger: "api", artifactId: "art-dep-bad" });
    expect((await step("rollback", desired)).fault).toBeNull();
    expect(one.server.live()).toMatchObject({ trigger: "rollback", commit: { id: goodCommit } });
  });

  it("sends nothing when somebody else deployed since, or deploys now", async () => {
    const { desired } = await plan("rollback");
    const [good, bad] = one.server.deploys;
    if (!good || !bad) throw new Error("Two deploys are there.");
    bad.status = "deactivated";
    one.server.deploys.push({ ...bad, id: "dep-other", artifactId: "art-other", status: "live" });
    expect((await step("rollback", desired)).fault).toMatchObject({ code: "DRIFT" });
    const now = await plan("rollback");
    one.server.deploys.push({ ...bad, id: "dep-next", artifactId: "art-next", status: "build_in_progress" });
    expect((await step("rollback", now.desired)).fault).toMatchObject({
      kind: "transient",
      code: "DEPLOY_IN_PROGRESS",
    });
    expect(one.server.effects.rollbacks).toBe(0);
  });

  it("names an unknown service, a wrong token, another system and an address that is not allowed", async () => {
    one.settings["serviceId"] = "srv-none";
    expect(await refusal(plan("rollback"))).toBe("permanent SERVICE_GONE");
    one.settings["serviceId"] = "srv-agent";
    one.secrets["token"] = "wrong";
    expect(await refusal(plan("rollback"))).toBe("permanent NOT_AUTHENTICATED");
    one.secrets["token"] = token;
    one.server.fail({ on: lookDeploys, times: 1, instead: { status: 200, body: { hello: 1 } } });
    expect(await refusal(plan("rollback"))).toBe("permanent UNEXPECTED_ANSWER");
    one.allow = [];
    expect(await refusal(plan("rollback"))).toBe("permanent ADDRESS_REFUSED");
  });

  it("restores every variable at once, starts the service with them, and shows no hidden value", async () => {
    const restored = await run("restore-environment", configuration);
    expect(one.server.variables()).toEqual({ MODEL: "medium", API_KEY: "old-and-hidden", ONLY_OLD: "1" });
    expect(one.server.running()).toMatchObject({ MODEL: "large" });
    one.server.fail({ on: deploysPath, times: 1, drop: "after" });
    // Planned while the variables still differed.
    const { sha256 } = (await plan("verify", configuration)).desired as { sha256: string };
    const restarted = await step("restart", { revision: "2.3.0", sha256, rollback: "rb_1" });
    expect([restored.fault, restarted.fault]).toEqual([null, null]);
    expect(one.server.effects.deploys).toBe(1);
    expect(one.server.running()).toEqual(one.server.variables());
    expect(JSON.stringify([restored, restarted])).toContain("MODEL (large → medium)");
    expect(JSON.stringify([restored, restarted])).not.toContain("and-hidden");
  });

  it("sets the variables once when the answer was lost after the effect", async () => {
    one.server.fail({ on: envVarsPath, times: 1, drop: "after" });
    const { desired } = await plan("restore-environment", configuration);
    expect((await step("restore-environment", desired)).fault).toMatchObject({ kind: "transient" });
    expect((await step("restore-environment", desired, "unknown")).fault).toBeNull();
    expect(one.server.effects.replaced).toBe(1);
  });

  it("starts nothing with variables that are not as wanted", async () => {
    const { desired } = await plan("restart", configuration);
    expect((await step("restart", desired)).fault).toMatchObject({ code: "VARIABLES_DIFFER" });
  });

  it("refuses a stored file that is missing, was changed since, or is broken, without showing it", async () => {
    const { desired } = await plan("restore-environment", configuration);
    const file = path.join(one.folder, "2.3.0.env");
    await writeFile(file, "MODEL=other\n");
    expect((await step("restore-environment", desired)).fault).toMatchObject({ code: "BACKUP_CHANGED" });
    await writeFile(file, "MODEL=x\nhidden secret line\n");
    const said = await plan("restore-environment", configuration).catch((error: unknown) => String(error));
    expect(said).toMatch(/line 2/);
    expect(said).not.toContain("hidden secret");
    await rm(file);
    expect(await refusal(plan("restore-environment", configuration))).toBe("permanent BACKUP_MISSING");
    delete one.settings["revisions"];
    expect(await refusal(plan("restore-environment", configuration))).toBe("permanent NO_REVISIONS");
  });

  it("shows at registration what is live and what was before", async () => {
    const found = await inspect();
    expect(found?.current?.artifacts.commit).toMatch(/^b+$/);
    expect(found?.history.map(({ artifacts: { commit } }) => commit?.[0])).toEqual(["b", "a"]);
    expect(await identify()).toEqual({ kind: "render-service", id: "tea-1/srv-agent" });
  });

  it("looks at a deploy less and less often", async () => {
    one.server.course.looks = 8;
    await run("rollback");
    expect(one.server.calls(lookDeploy).length).toBeLessThan(12);
  });
});
