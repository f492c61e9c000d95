import "#e2e/fixtures/engine/own-data-folder.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  finishedSteps,
  followJourney,
  killAtIntent,
  plannedSteps,
  prepareJourney,
  procedureSteps,
  startJourney,
} from "#e2e/fixtures/engine/product-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { forget } from "#e2e/targets/compose-project.ts";
import { dockerNeeds, freePort, pushImage, startDocker, startRegistry, until } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const names = ["shop_data", "shop_api"];
const command = [
  "/bin/busybox",
  "sh",
  "-c",
  "trap 'exit 0' TERM; while true; do /bin/busybox sleep 0.2; done",
];

describeWith("Docker Swarm through the product", missing(dockerNeeds), () => {
  let engine: DockerHost;
  let registry: Registry;
  const pool = workerPool(
    () => database.url,
    () => database.client,
    2,
  );
  beforeAll(async () => {
    [engine, registry] = await Promise.all([startDocker(), startRegistry()]);
    const listen = `127.0.0.1:${await freePort()}`;
    await engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", listen);
    await pool.atLeast(2);
  });
  afterAll(async () => {
    await pool.stop();
    await engine.docker("swarm", "leave", "--force").catch(() => "");
    await engine.stop();
    await registry.stop();
  });

  it("a platform goes back layer by layer although the worker is killed while a service is updated, once, and the swarm itself says so", async () => {
    const repository = `${registry.address}/shop/app`;
    const good = await pushImage(engine, repository, { version: "v1", command });
    const bad = await pushImage(engine, repository, { version: "v2", command });
    await forget(engine, good, `${repository}:v1`);
    const words = ["--replicas", "2", "--stop-grace-period", "1s", "--network", "host"];
    for (const name of names)
      await engine.docker("service", "create", "--detach", "--name", name, ...words, bad);
    const running = async (image: string): Promise<number> => {
      const rows = await engine.docker(
        "service",
        "ps",
        "--no-trunc",
        "--format",
        "{{.Image}} {{.CurrentState}}",
        ...names,
      );
      return rows.split("\n").filter((row) => row.startsWith(`${image} Running`)).length;
    };
    await until(async () => (await running(bad)) === 4, "four tasks");
    const settings = {
      host: engine.host,
      layers: names.map((name) => [name]),
      monitorSeconds: 1,
      parallelism: 2,
    };
    const journey: Journey = {
      playbook: "v2-platform",
      procedure: "complete-platform",
      scope: ["code"],
      place: { allow: [], targets: [{ component: "code", adapter: "docker-swarm", settings, secrets: {} }] },
      good: { version: "1.0.0", hoursAgo: 24, imageDigest: good },
      bad: { version: "2.0.0", hoursAgo: 1, imageDigest: bad },
    };
    const prepared = await prepareJourney(database.client, journey);
    await startJourney(database.client, prepared);
    await killAtIntent(database.client, pool, prepared.id, ["start-layer"]);
    const end = await followJourney(database.client, prepared);

    expect(["monitoring", "succeeded"]).toContain(end.state);
    expect(end.takenOver).toHaveLength(1);
    expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
    const own = new Set(["start-layer", "verify-health"]);
    const named = (await procedureSteps(journey, ["code"])).filter((step) =>
      own.has(step.split(" ")[2] ?? ""),
    );
    expect([...new Set(plannedSteps(prepared))].filter((step) => named.includes(step))).toEqual([
      ...new Set(named),
    ]);
    expect(plannedSteps(prepared).filter((step) => step.endsWith("start-layer"))).toHaveLength(2);
    expect(await running(good)).toBe(4);
    // Four tasks of the bad version and four of the good one: nothing was replaced twice.
    const tasks = await engine.docker("service", "ps", "-q", ...names);
    expect(tasks.split("\n")).toHaveLength(8);
  });
});
