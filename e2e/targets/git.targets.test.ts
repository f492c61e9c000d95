import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
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
import { gitCase } from "#e2e/targets/git-case.ts";
import { gitMissing, startGitHttp, twoReleases } from "#e2e/targets/git-http.ts";
import type { GitServer } from "#e2e/targets/git-http.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const token = 'T0p/secret+"token" 42';
process.env["LASTGOOD_SECRET_GIT"] = token;

describeWith("git, limited to paths", gitMissing, () => {
  contractSuite("git", { make: () => gitCase(token, { paths: ["flags", "api.py"] }) }, "paths");
});

describeWith("git through the product", gitMissing, () => {
  let server: GitServer;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  beforeAll(async () => {
    server = await startGitHttp(token);
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await server.stop();
  });

  it("puts the good tree back on the branch with a worker killed in the middle, by one commit", async () => {
    const { client } = database;
    const good = await twoReleases(server);
    const bad = server.git("rev-parse", "main");
    const journey = {
      playbook: "ai-agents-platform",
      procedure: "code-render",
      scope: ["code" as const],
      place: {
        allow: [server.address],
        targets: [
          {
            component: "code" as const,
            adapter: "git",
            settings: { url: server.url, tagName: "v{version}" },
            secrets: { token: "env:LASTGOOD_SECRET_GIT" },
          },
        ],
      },
      good: { version: "1.0.0", hoursAgo: 24, commit: good },
      bad: { version: "2.0.0", hoursAgo: 1, commit: bad },
    };
    const prepared = await prepareJourney(client, journey);
    await startJourney(client, prepared);
    await killAtIntent(client, pool, prepared.id, ["revert-commit"]);
    const end = await followJourney(client, prepared);

    expect(["monitoring", "succeeded"]).toContain(end.state);
    expect(end.takenOver).toHaveLength(1);
    expect(server.git("rev-parse", "main^{tree}")).toBe(server.git("rev-parse", `${good}^{tree}`));
    expect(server.git("rev-parse", "main^")).toBe(bad);
    expect(server.git("log", "-1", "--format=%B", "main")).toContain(prepared.id);

    expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
    const named = await procedureSteps(journey, ["code"]);
    const planned = plannedSteps(prepared);
    expect(planned).toEqual([
      "initiation code record",
      "validation code confirm",
      "execution code revert-commit",
      "verification code verify",
    ]);
    expect(named.filter((step) => planned.includes(step))).toEqual([
      "execution code revert-commit",
      "verification code verify",
    ]);
    expect(JSON.stringify(end.events)).not.toContain(JSON.stringify(token).slice(1, -1));
  });
});
