import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startAzure, subscriptionId } from "#e2e/contract/azure-server.ts";
import { startDataverse } from "#e2e/contract/dataverse-server.ts";
import { clientId, tenantId } from "#e2e/contract/entra-route.ts";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { agentRepository } from "#e2e/contract/langchain-repository.ts";
import { badCommit, goodCommit, startRender } from "#e2e/contract/render-server.ts";
import { solutionFile } from "#e2e/contract/solution-file.ts";
import {
  finishedSteps,
  followJourney,
  killAtIntent,
  plannedSteps,
  prepareJourney,
  startJourney,
} from "#e2e/fixtures/engine/product-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import type { Component, EnvironmentInput } from "#lib/domain/service.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const secret = "cloud secret of the journeys";
const reference = "env:LASTGOOD_SECRET_CLOUD_JOURNEYS";
process.env["LASTGOOD_SECRET_CLOUD_JOURNEYS"] = secret;

const database = await testDatabase();
const pool = workerPool(
  () => database.url,
  () => database.client,
  2,
);
type Targets = EnvironmentInput["targets"];
const quick = { settleSeconds: 1, lookEveryMs: 100 };

beforeAll(() => pool.atLeast(2));
afterAll(() => pool.stop());

describe("cloud platforms through the product, against servers that keep their contracts", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Rolls back, with the worker killed once when `killedAt` was intended; gives the steps that were executed. */
  async function rollBack(journey: Journey, killedAt: string): Promise<string[]> {
    const prepared = await prepareJourney(database.client, journey);
    await startJourney(database.client, prepared);
    await killAtIntent(database.client, pool, prepared.id, [killedAt]);
    const end = await followJourney(database.client, prepared);
    expect(["monitoring", "succeeded"]).toContain(end.state);
    expect(end.takenOver).toHaveLength(1);
    const finished = finishedSteps(prepared, end);
    expect(finished).toEqual(plannedSteps(prepared));
    return finished;
  }

  function journeyOf(
    playbook: string,
    procedure: string,
    server: { address: string } | null,
    targets: Targets,
    artifacts: { good: object; bad: object },
  ): Journey {
    return {
      playbook,
      procedure,
      // For production this playbook wants more than an operator.
      initiator: playbook === "dvo-agents" ? "release_manager" : "operator",
      place: { allow: server === null ? [] : [server.address], targets },
      good: { version: "2.3.0", hoursAgo: 48, configurationRevision: "2.3.0", ...artifacts.good },
      bad: { version: "2.4.0", hoursAgo: 1, configurationRevision: "2.4.0", ...artifacts.bad },
    };
  }
  const targetsOf = (
    adapter: string,
    components: readonly Component[],
    settings: Targets[number]["settings"],
    secrets: Record<string, string> = {},
  ): Targets => components.map((component) => ({ component, adapter, settings, secrets }));

  it("Render serves the kept deploy of the good commit again, asked for once", async () => {
    const server = await startRender(secret);
    server.course.looks = 5;
    const settings = { serviceId: "srv-agent", apiUrl: `${server.url}/v1`, ...quick };
    const targets = targetsOf("render", ["code"], settings, { token: reference });
    const steps = await rollBack(
      journeyOf("ai-agents-platform", "code-render", server, targets, {
        good: { commit: goodCommit },
        bad: { commit: badCommit },
      }),
      "rollback",
    );
    expect(steps).toEqual([
      "initiation code capture",
      "validation code confirm",
      "execution code rollback",
      "verification code verify-version",
    ]);
    expect(server.live()).toMatchObject({ trigger: "rollback", commit: { id: goodCommit } });
    expect(server.effects.rollbacks).toBe(1);
    await server.stop();
  });

  it("Azure Functions runs the good deployment in production after one swap, with its settings and bindings", async () => {
    const server = await startAzure(secret);
    server.course.polls = 5;
    const kept = {
      settings: { MODEL: "medium", API_KEY: "old-and-hidden" },
      bindings: { ask: { bindings: [{ type: "httpTrigger", name: "req", direction: "inout" }] } },
    };
    await writeFile(path.join(folder, "2.3.0.json"), JSON.stringify(kept));
    const settings = {
      ...{ tenantId, clientId, subscriptionId, resourceGroup: "agents", site: "mail", revisions: folder },
      ...{ managementUrl: server.url, loginUrl: server.url, ...quick },
    };
    const targets = targetsOf("azure-functions", ["code", "configuration"], settings, {
      clientSecret: reference,
    });
    const steps = await rollBack(
      journeyOf("dvo-agents", "azure-functions", server, targets, {
        good: { imageDigest: "d-good" },
        bad: { imageDigest: "d-bad" },
      }),
      "swap-slot",
    );
    expect(steps).toEqual([
      "initiation code capture",
      "validation code confirm",
      "validation configuration compare",
      "execution code swap-slot",
      "execution configuration restore-bindings",
      "execution configuration restore-settings",
      "verification code verify-version",
      "verification code verify-triggers",
      "verification configuration verify",
    ]);
    expect(server.slots.production.active).toBe("d-good");
    expect(server.settings()).toMatchObject(kept.settings);
    expect(server.slots.production.functions["ask"]).toEqual(kept.bindings.ask);
    expect(server.effects).toEqual({ swaps: 1, settings: 1, functions: 1 });
    await server.stop();
  });

  it("Copilot Studio has the good solution, topics and knowledge files, published, imported once", async () => {
    const server = await startDataverse(secret, () => ({ version: "2.3.0.0", isManaged: false }));
    server.course.looks = 5;
    await writeFile(path.join(folder, "HelpAgent_2.3.0.zip"), solutionFile("HelpAgent", "2.3.0.0", false));
    const topics = { topics: { "cr1_helpAgent.topic.Greeting": { data: "kind: old greeting" } } };
    await writeFile(path.join(folder, "2.3.0.json"), JSON.stringify(topics));
    await mkdir(path.join(folder, "2.3.0"));
    await writeFile(path.join(folder, "2.3.0", "prices.md"), "prices of 2.3");
    const settings = {
      ...{ environmentUrl: server.url, loginUrl: server.url, tenantId, clientId, ...quick },
      ...{ solution: "HelpAgent", bot: "cr1_helpAgent" },
      ...{ packages: folder, revisions: folder, knowledge: folder },
    };
    const components = ["code", "configuration", "knowledge_base"] as const;
    const targets = targetsOf("copilot-studio", components, settings, { clientSecret: reference });
    const steps = await rollBack(
      journeyOf("dvo-agents", "copilot-studio", server, targets, { good: {}, bad: {} }),
      "import-solution",
    );
    expect(steps).toEqual([
      "initiation code capture",
      "validation code confirm",
      "validation configuration compare",
      "validation knowledge_base confirm-knowledge",
      "execution code import-solution",
      "execution configuration restore-topics",
      "execution knowledge_base restore-knowledge",
      "execution code publish",
      "verification code verify-version",
      "verification configuration verify",
      "verification knowledge_base verify-knowledge",
    ]);
    expect(server.installed.version).toBe("2.3.0.0");
    expect(server.effects).toMatchObject({ imports: 1, topics: 1, publishes: 1 });
    const files = server.parts.filter(({ componenttype }) => componenttype === 14);
    expect(files.map(({ name, file }) => [name, file?.toString("utf8")])).toEqual([
      ["prices.md", "prices of 2.3"],
    ]);
    await server.stop();
  });

  it("a LangChain agent has model, tools, memory settings and prompts of the good commit", async () => {
    const { good, bad } = await agentRepository(folder);
    const into = path.join(folder, "current");
    const settings = {
      ...{ repository: path.join(folder, "repository"), into, modelFile: "agent/model.json" },
      ...{ toolsFile: "agent/tools.json", memoryFile: "agent/memory.json" },
      ...{ promptsFolder: "agent/prompts", samplesFile: "agent/samples.json" },
    };
    const targets = targetsOf("langchain", ["code", "configuration"], settings);
    const steps = await rollBack(
      journeyOf("dvo-agents", "langchain", null, targets, { good: { commit: good }, bad: { commit: bad } }),
      "restore-tools",
    );
    expect(steps).toEqual([
      "execution code pin-model",
      "execution configuration restore-tools",
      "execution configuration restore-memory",
      "execution configuration pin-prompts",
      "verification code verify-version",
      "verification configuration render-prompts",
      "verification configuration verify",
      "verification configuration verify",
    ]);
    for (const [name, holds] of [
      ["model.json", "claude-sonnet-4-20250514"],
      ["tools.json", '["search"]'],
      ["memory.json", "10}"],
      ["prompts/system.txt", "{name}"],
    ] as const)
      expect(await readFile(path.join(into, name), "utf8")).toContain(holds);
  });
});
