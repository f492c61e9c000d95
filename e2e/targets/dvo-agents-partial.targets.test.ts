import "#e2e/fixtures/engine/own-data-folder.ts";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { needs as balancerNeeds, servedBy, startLoadBalancer } from "#e2e/targets/load-balancer.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { startBackend } from "#e2e/targets/processes.ts";
import { pushAgentNeeds, startPushAgent } from "#e2e/targets/push-agent.ts";
import type { PushAgent } from "#e2e/targets/push-agent.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { Component } from "#lib/domain/service.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const token = 'a "token" of the repositories';
process.env["LASTGOOD_SECRET_PUSH_AGENT"] = token;
const database = await testDatabase();
const pool = workerPool(
  () => database.url,
  () => database.client,
  2,
);
beforeAll(() => pool.atLeast(2));
afterAll(() => pool.stop());

/** Of “STEP 1” to “STEP 3”, and of “STEP 4” and “STEP 5”, what names no component, so that a person or Lastgood itself does it. */
const startedByPerson = [
  ...["capture-state", "log-reason", "notify-pending", "find-version"],
  ...["check-dependencies", "stop-deployment"],
];
const endedByPerson = [
  ...["confirm-telemetry", "validate-handoffs"],
  ...["update-status", "log-completion", "notify-completion", "track-version"],
];

const good = {
  version: "1.0.0",
  tone: "polite",
  knows: { "prices.md": "10 a month", "terms.md": "as agreed" },
};
const bad = {
  version: "2.0.0",
  tone: "rude",
  knows: { "prices.md": "0 a month", "secrets.md": "all of them" },
};

describeWith("An agent on a platform on which a push deploys", missing(pushAgentNeeds), () => {
  let agent: PushAgent;
  beforeEach(async () => {
    agent = await startPushAgent(token);
    expect(await agent.answer()).toMatchObject(bad);
  });
  afterEach(() => agent.stop());

  type Target = Journey["place"]["targets"][number];
  const target = (component: Component, adapter: string, settings: JsonObject): Target => ({
    ...{ component, adapter, settings },
    secrets: adapter === "git" ? { token: "env:LASTGOOD_SECRET_PUSH_AGENT" } : {},
  });
  const knowledge = () => target("knowledge_base", "git", { url: agent.knowledge.url });
  const configuration = () =>
    target("configuration", "env-file", {
      ...{ path: agent.envFile, plainKeys: ["TONE"] },
      ...{ restartHook: agent.hook, restartHookIdempotent: true },
    });
  const says = (component: Component, expected: JsonObject) =>
    target(component, "http-check", {
      title: "What the agent says",
      url: `${agent.url}/answer`,
      ...expected,
    });
  const releases = (artifacts: {
    good: object;
    bad: object;
  }): Pick<Journey, "good" | "bad" | "initiator"> => ({
    good: { version: "1.0.0", hoursAgo: 24, ...artifacts.good },
    bad: { version: "2.0.0", hoursAgo: 1, ...artifacts.bad },
    initiator: "release_manager",
  });

  it("has the knowledge of 1.0.0 again, by “KB ONLY ROLLBACK”, and answered all the time with the code that it had", async () => {
    const { pid } = await agent.answer();
    const watch: { goes: boolean; answers: number; odd: unknown[] } = { goes: true, answers: 0, odd: [] };
    const watching = (async () => {
      for (; watch.goes; watch.answers += 1) {
        const said = await agent.answer().catch((error: unknown) => ({ error, version: "", pid: 0 }));
        if (said.version !== "2.0.0" || said.pid !== pid) watch.odd.push(said);
        await delay(50);
      }
    })();
    const { walked, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "dvo-agents",
        procedure: "knowledge-base-only",
        place: {
          allow: [agent.address, agent.knowledge.address],
          targets: [knowledge(), says("knowledge_base", { bodyContains: "10 a month" })],
        },
        ...releases({
          good: { commit: agent.commits.knowledge.good },
          bad: { commit: agent.commits.knowledge.bad },
        }),
      },
      ["revert-commit"],
    ).finally(() => (watch.goes = false));
    await watching;

    expect(walked).toEqual({
      ran: [
        "validation check-files: confirm (STEP 2 VALIDATION, Target is deployable)",
        "execution restore-files: revert-commit (KB ONLY ROLLBACK, Previous files)",
        "verification verify-knowledge-base: verify, verify (INTEGRATION TEST FAILURE, KB access)",
      ],
      byPerson: [
        ...startedByPerson,
        "run-health-checks",
        "verify-basics",
        "verify-code-unchanged",
        "verify-no-interruption",
        ...endedByPerson,
      ],
      nothing: [],
      // What capture-state asks for, in “STEP 1 INITIATION, Capture current state for audit”: it names no component.
      unnamed: ["initiation knowledge_base record"],
    });
    expect(watch.odd).toEqual([]);
    expect(watch.answers).toBeGreaterThan(10);
    expect((await agent.answer()).knows).toEqual(good.knows);
    expect(agent.knowledge.git("rev-parse", "main^")).toBe(agent.commits.knowledge.bad);
    expect(agent.code.git("rev-parse", "main")).toBe(agent.commits.code.bad);
    expect(events).not.toContain(JSON.stringify(token).slice(1, -1));
  });

  it("has the settings of 1.0.0 again, by “CONFIGURATION ROLLBACK”, with code and knowledge as they were", async () => {
    const { walked } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "dvo-agents",
        procedure: "configuration-only",
        place: {
          allow: [agent.address],
          targets: [configuration(), says("configuration", { json: [{ path: "tone", equals: "polite" }] })],
        },
        ...releases({ good: { configurationRevision: "r1" }, bad: { configurationRevision: "r2" } }),
      },
      ["restart"],
    );

    expect(walked).toEqual({
      ran: [
        "validation check-settings: confirm (STEP 2 VALIDATION, Target is deployable)",
        "execution restore-settings: restore, restart (CONFIGURATION ROLLBACK, Previous settings)",
        "verification verify-settings: verify, verify (CONFIGURATION ROLLBACK, Errors fixed)",
      ],
      byPerson: [
        ...startedByPerson,
        "run-health-checks",
        "verify-basics",
        "verify-rest-unchanged",
        ...endedByPerson,
      ],
      nothing: [],
      unnamed: [],
    });
    const { tone, ...rest } = await agent.answer();
    expect(tone).toBe("polite");
    expect(rest).toMatchObject({ version: bad.version, knows: bad.knows });
    expect(agent.code.pushes() + agent.knowledge.pushes()).toBe(0);
  });
});

const absent = missing(pushAgentNeeds) ?? missing(balancerNeeds.nginx);
describeWith("An agent on any platform, behind nginx", absent, () => {
  it("is 1.0.0 in code, settings, knowledge and routing, by “ROLLBACK PROCESS” from “STEP 1 INITIATION” to “STEP 5 COMPLETION”", async () => {
    const [agent, preview] = await Promise.all([startPushAgent(token), startBackend("2.0.0")]);
    const backends = { blue: agent.address, green: preview.address };
    const balancer = await startLoadBalancer("nginx", { backends });
    const { probePath: _asked, ...routing } = balancer.settings;
    expect(await servedBy(balancer.url)).toBe("2.0.0");
    const git = { secrets: { token: "env:LASTGOOD_SECRET_PUSH_AGENT" } };
    const { walked, events } = await rollBackByProcedure(
      database.client,
      pool,
      {
        playbook: "dvo-agents",
        procedure: "any-platform",
        place: {
          allow: [...balancer.allow, agent.address, agent.code.address, agent.knowledge.address],
          targets: [
            { component: "code", adapter: "git", settings: { url: agent.code.url }, ...git },
            {
              component: "configuration",
              adapter: "env-file",
              settings: {
                ...{
                  path: agent.envFile,
                  backups: { [agent.commits.knowledge.good]: `${agent.envFile}.r1` },
                },
                ...{ plainKeys: ["TONE"], restartHook: agent.hook, restartHookIdempotent: true },
              },
              secrets: {},
            },
            {
              component: "knowledge_base",
              adapter: "git",
              settings: { url: agent.knowledge.url, artifact: "configurationRevision" },
              ...git,
            },
            {
              component: "routing",
              adapter: "nginx",
              settings: { ...routing, versions: { blue: "1.0.0", green: "2.0.0" } },
              secrets: {},
            },
            {
              component: "code",
              adapter: "http-check",
              settings: {
                title: "The agent is well",
                url: `${agent.url}/answer`,
                json: [
                  { path: "version", equalsVersion: true },
                  { path: "tone", equals: "polite" },
                ],
              },
              secrets: {},
            },
          ],
        },
        good: {
          ...{ version: "1.0.0", hoursAgo: 24, commit: agent.commits.code.good },
          configurationRevision: agent.commits.knowledge.good,
        },
        bad: {
          ...{ version: "2.0.0", hoursAgo: 1, commit: agent.commits.code.bad },
          configurationRevision: agent.commits.knowledge.bad,
        },
        initiator: "release_manager",
      },
      ["restart"],
    );

    expect(walked).toEqual({
      ran: [
        "validation check-code: confirm (STEP 2 VALIDATION, Target is deployable)",
        "validation check-configuration: confirm (STEP 2 VALIDATION, Target is deployable)",
        "validation check-knowledge-base: confirm (STEP 2 VALIDATION, Target is deployable)",
        "validation check-routing: confirm (STEP 2 VALIDATION, Target is deployable)",
        "execution deploy-version: revert-commit (STEP 3 EXECUTION, Deploy the previous version)",
        "execution restore-configuration: restore, restart (STEP 3 EXECUTION, Restore the configuration)",
        "execution restore-knowledge-base: revert-commit (KB ONLY ROLLBACK, Previous files)",
        "execution update-routing: switch, drain (STEP 3 EXECUTION, Update routing)",
        "verification run-health-checks: check (STEP 4 VERIFICATION, Health checks)",
        "verification verify-basics: verify (STEP 4 VERIFICATION, Basic functionality)",
        "verification verify-configuration: verify (STEP 4 VERIFICATION, Basic functionality)",
        "verification verify-knowledge-base: verify (INTEGRATION TEST FAILURE, KB access)",
        "verification verify-routing: verify-version (STEP 4 VERIFICATION, Basic functionality)",
      ],
      byPerson: [...startedByPerson, ...endedByPerson],
      nothing: [],
      // As above: the state that capture-state asks for.
      unnamed: ["initiation code record", "initiation knowledge_base record"],
    });
    expect(await agent.answer()).toMatchObject({ ...good, pid: expect.any(Number) as number });
    expect((await agent.answer()).knows).toEqual(good.knows);
    expect(await balancer.serving()).toEqual(["blue"]);
    for (let at = 0; at < 20; at++) expect(await servedBy(balancer.url)).toBe("1.0.0");
    expect(agent.code.git("rev-parse", "main^")).toBe(agent.commits.code.bad);
    expect(events).not.toContain(JSON.stringify(token).slice(1, -1));
    await balancer.stop();
    await Promise.all([agent.stop(), preview.stop()]);
  });
});
