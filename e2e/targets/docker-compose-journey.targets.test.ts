import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
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
import type { Journey, Prepared } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { platformImages, services, startProject } from "#e2e/targets/compose-project.ts";
import type { ComposeProject, PlatformImages } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, startDocker, startRegistry } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();

describeWith("Docker Compose through the product", missing(dockerNeeds), () => {
  let engine: DockerHost;
  let registry: Registry;
  let images: PlatformImages;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  beforeAll(async () => {
    [engine, registry] = await Promise.all([startDocker(), startRegistry()]);
    images = await platformImages(engine, registry);
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await engine.stop();
    await registry.stop();
  });

  const journeyOf = (
    project: ComposeProject,
    playbook: string,
    procedure: string,
    settings = {},
  ): Journey => {
    const { tcp } = (project.settings["probes"] as { data: { tcp: string } }).data;
    return {
      playbook,
      procedure,
      scope: ["code"],
      place: {
        allow: [tcp],
        targets: [
          {
            component: "code",
            adapter: "docker-compose",
            settings: { ...project.settings, ...settings },
            secrets: {},
          },
        ],
      },
      good: { version: "1.0.0", hoursAgo: 24, imageDigest: project.imageDigest },
      bad: { version: "2.0.0", hoursAgo: 1, imageDigest: images.bad },
    };
  };
  const titles = ({ plan }: Prepared, operation: string): string[] =>
    plan.phases.flatMap(({ steps }) =>
      steps.filter((step) => step.operation === operation).map(({ title }) => title),
    );
  /** Of the operations that a procedure names, those that a compose target has. */
  const compose = (step: string): boolean =>
    /(?:stop|pin-images|pull|start-layer|verify-version|verify-health)$/.test(step);

  it("the complete platform goes back layer by layer behind maintenance mode, in the procedure's steps, with the infrastructure untouched", async () => {
    const project = await startProject(engine, images);
    const maintenance = await startMaintenance();
    const journey = journeyOf(project, "v2-platform", "complete-platform");
    journey.scope = ["code", "routing"];
    journey.place.allow?.push(maintenance.address);
    journey.place.targets.push({
      component: "routing",
      adapter: "maintenance-mode",
      settings: { url: maintenance.url, statusPath: "/admin/maintenance", settleSeconds: 3 },
      secrets: {},
    });
    const store = await project.print(["store"]);
    const prepared = await prepareJourney(database.client, journey);
    await startJourney(database.client, prepared);
    const end = await followJourney(database.client, prepared);

    expect(["monitoring", "succeeded"]).toContain(end.state);
    expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
    expect(titles(prepared, "start-layer").map((title) => /layer (\d) of/.exec(title)?.[1])).toEqual([
      "1",
      "2",
    ]);
    // The procedure names five layers; this platform has two.
    const named = [...new Set(await procedureSteps(journey, ["code", "routing"]))].filter(
      (step) => !/ (?:validate|check|run)$/.test(step),
    );
    expect([...new Set(plannedSteps(prepared))].filter((step) => named.includes(step))).toEqual(named);
    for (const service of services) expect(await project.version(service)).toBe("v1");
    expect(await project.print(["store"])).toEqual(store);
    expect(maintenance.counts()).toMatchObject({ on: 1, off: 1 });
    await maintenance.stop();
    await project.stop();
  });

  it("a single service goes back alone", async () => {
    const project = await startProject(engine, images);
    const journey = journeyOf(project, "v2-platform", "single-service", { layers: [["api"]], probes: {} });
    const others = await project.print(["store", "data", "worker"]);
    const prepared = await prepareJourney(database.client, journey);
    await startJourney(database.client, prepared);
    const end = await followJourney(database.client, prepared);

    expect(["monitoring", "succeeded"]).toContain(end.state);
    expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
    const named = (await procedureSteps(journey, ["code"])).filter(compose);
    expect(plannedSteps(prepared).filter((step) => named.includes(step))).toEqual(named);
    expect(await project.version("api")).toBe("v1");
    expect(await project.print(["store", "data", "worker"])).toEqual(others);
    await project.stop();
  });

  it("code under compose goes back although the worker is killed between the layers, each of them started once", async () => {
    const project = await startProject(engine, images);
    const journey = journeyOf(project, "ai-agents-platform", "code-compose");
    const store = await project.print(["store"]);
    const prepared = await prepareJourney(database.client, journey);
    await startJourney(database.client, prepared);
    await killAtIntent(database.client, pool, prepared.id, ["start-layer-2"]);
    const end = await followJourney(database.client, prepared);

    expect(["monitoring", "succeeded"]).toContain(end.state);
    expect(end.takenOver).toHaveLength(1);
    expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
    const named = (await procedureSteps(journey, ["code"])).filter(compose);
    expect(plannedSteps(prepared).filter((step) => named.includes(step))).toEqual(named);
    expect(titles(prepared, "start-layer")).toHaveLength(2);
    for (const service of services) expect(await project.version(service)).toBe("v1");
    expect((await project.print(services)).map((row) => row.split(" ")[0])).toEqual([
      "api",
      "data",
      "worker",
    ]);
    expect(await project.print(["store"])).toEqual(store);
    await project.stop();
  });
});
