import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { agentRepository } from "#e2e/contract/langchain-repository.ts";
import { badHash, goodHash, startLangsmith } from "#e2e/contract/langsmith-server.ts";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const apiKey = 'ls_"key" 42/+';
process.env["LASTGOOD_SECRET_AGENTS_LANGSMITH"] = apiKey;

const database = await testDatabase();
const pool = workerPool(
  () => database.url,
  () => database.client,
  2,
);
beforeAll(() => pool.atLeast(2));
afterAll(() => pool.stop());

it("a LangChain agent asks its prompt registry for the prompts of version 1 again, by “LANGCHAIN ROLLBACK”", async () => {
  const folder = await temporaryFolder();
  const [commits, server] = await Promise.all([agentRepository(folder), startLangsmith(apiKey)]);
  const pins = { prompts: { greeting: goodHash.slice(0, 12) }, samples: { greeting: { name: "Ada" } } };
  await writeFile(path.join(folder, "2.3.0.json"), JSON.stringify(pins));
  const into = path.join(folder, "current");
  expect(server.tagged()).toBe(badHash);
  const settings = {
    ...{ repository: path.join(folder, "repository"), into, modelFile: "agent/model.json" },
    ...{ toolsFile: "agent/tools.json", memoryFile: "agent/memory.json" },
    ...{ registry: { url: server.url, prompts: ["greeting"] }, revisions: folder },
  };
  const secrets = { apiKey: "env:LASTGOOD_SECRET_AGENTS_LANGSMITH" };
  const { walked, events } = await rollBackByProcedure(
    database.client,
    pool,
    {
      playbook: "dvo-agents",
      procedure: "langchain",
      initiator: "release_manager",
      place: {
        allow: [server.address],
        targets: [
          { component: "code", adapter: "langchain", settings, secrets },
          { component: "configuration", adapter: "langchain", settings, secrets },
        ],
      },
      good: { version: "2.3.0", hoursAgo: 48, commit: commits.good, configurationRevision: "2.3.0" },
      bad: { version: "2.4.0", hoursAgo: 1, commit: commits.bad, configurationRevision: "2.4.0" },
    },
    ["pin-prompts"],
  );

  expect(walked).toEqual({
    ran: [
      "execution switch-model: pin-model (LANGCHAIN ROLLBACK, Model)",
      "execution restore-tools: restore-tools (LANGCHAIN ROLLBACK, Tools)",
      "execution restore-memory: restore-memory (LANGCHAIN ROLLBACK, Memory)",
      "execution pin-prompts: pin-prompts (LANGCHAIN ROLLBACK, Prompts)",
      "verification run-health-checks: verify-version (STEP 4 VERIFICATION, Health checks)",
      "verification verify-prompts: render-prompts (LANGCHAIN ROLLBACK, Prompts)",
      "verification verify-configuration: verify, verify (STEP 4 VERIFICATION, Basic functionality)",
    ],
    byPerson: [
      "capture-state",
      "log-reason",
      "notify-pending",
      "find-version",
      "check-dependencies",
      "stop-deployment",
      "confirm-telemetry",
      "validate-handoffs",
      "update-status",
      "log-completion",
      "notify-completion",
      "track-version",
    ],
    // What the plan needs of model and files is looked up when it is made; nothing is deployed or routed here.
    nothing: [
      "check-model",
      "check-manifest",
      "check-routing",
      "deploy-version",
      "restore-settings",
      "update-routing",
      "verify-basics",
      "verify-routing",
    ],
    unnamed: [],
  });
  expect(server.tagged()).toBe(goodHash);
  expect(server.effects.moves).toBe(1);
  for (const [name, holds] of [
    ["model.json", "claude-sonnet-4-20250514"],
    ["tools.json", '["search"]'],
    ["memory.json", "10}"],
  ] as const)
    expect(await readFile(path.join(into, name), "utf8")).toContain(holds);
  expect(events).toContain(goodHash);
  expect(events).not.toContain(JSON.stringify(apiKey).slice(1, -1));
  await server.stop();
  await rm(folder, { recursive: true });
});
