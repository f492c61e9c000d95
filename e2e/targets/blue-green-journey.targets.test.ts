import "#e2e/fixtures/engine/own-data-folder.ts";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startBlueGreen } from "#e2e/fixtures/start-blue-green.ts";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { needs, servedBy, startLoadBalancer } from "#e2e/targets/load-balancer.ts";
import type { LoadBalancer } from "#e2e/targets/load-balancer.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { until } from "#e2e/targets/processes.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const pool = workerPool(
  () => database.url,
  () => database.client,
  5,
);
beforeAll(() => pool.atLeast(2));
afterAll(() => pool.stop());

const good = { version: "2.3.0", hoursAgo: 24, configurationRevision: "2.3.0" };
const bad = { version: "2.4.0", hoursAgo: 1, configurationRevision: "2.4.0" };

describe.each(["haproxy", "nginx"] as const)("%s", (kind) => {
  describeWith(`two colours behind a real load balancer: ${kind}`, missing(needs[kind]), () => {
    it("Detailed Rollback Procedures. Blue gets its configuration, the traffic and the router, in this order, and every request through the router says so", async () => {
      const [balancer, blueGreen] = await Promise.all([
        startLoadBalancer(kind),
        startBlueGreen({ conditional: true }),
      ]);
      const folder = await mkdtemp(path.join(tmpdir(), "lastgood-blue-green-"));
      onTestFinished(async () => {
        await Promise.all([balancer.stop(), blueGreen.stop()]);
        await rm(folder, { recursive: true });
      });
      const file = path.join(folder, "app.env");
      const restarted = path.join(folder, "restarted");
      await writeFile(file, "MODEL=large\n");
      await writeFile(`${file}.2.3.0`, "MODEL=medium\n");
      const journey: Journey = {
        playbook: "mvp-blue-green",
        procedure: "blue-green-switch",
        scope: ["configuration", "code", "routing"],
        place: {
          allow: [...balancer.allow, blueGreen.address],
          targets: [
            {
              component: "configuration",
              adapter: "env-file",
              settings: {
                path: file,
                plainKeys: ["MODEL"],
                restartHook: ["/bin/cp", file, restarted],
                restartHookIdempotent: true,
              },
              secrets: {},
            },
            {
              component: "code",
              adapter: "http-blue-green",
              settings: {
                url: blueGreen.url,
                conditional: true,
                queryPath: "/api/ai/query",
                metricsPath: "/metrics.json",
              },
              secrets: {},
            },
            { component: "routing", adapter: kind, settings: balancer.settings, secrets: {} },
          ],
        },
        good,
        bad,
      };
      const done = await rollBackByProcedure(database.client, pool, journey, ["routing.switch"]);

      const manual = "Detailed Rollback Procedures, 2. Manual Rollback";
      const automated = "Detailed Rollback Procedures, 1. Automated Rollback";
      const slow = "Emergency Procedures, Performance Issues (5-15 minutes)";
      const list = "Rollback Validation Checklist";
      const ours = "Lastgood; the document has no configuration";
      expect(done.walked).toEqual({
        ran: [
          `initiation look-at-status: capture (Quick Reference (30-second rollback), 1 Status; ${slow}, Check metrics)`,
          `validation check-idle-colour: confirm (${manual}, Step 2 Target version)`,
          `validation check-configuration-backup: confirm (${ours})`,
          `execution restore-configuration: restore, restart (${ours})`,
          `execution switch-traffic: switch (${manual}, Step 3 Rollback; ${automated}, Rollback)`,
          `execution switch-routing: switch, drain (${automated}, Rollback)`,
          `verification verify-switch: verify-version (${list}, Environment Switch; ${automated}, Verification)`,
          `verification verify-health: verify-health (${manual}, Step 4 Environment health)`,
          `verification test-critical-function: verify-core (${manual}, Step 5 Critical functionality; ${slow}, Validate)`,
          `verification measure-response-time: verify-performance (${list}, Performance)`,
          `verification measure-error-rate: verify-error-rate (${list}, Error Rate)`,
          `verification verify-configuration: verify (${ours})`,
          `verification verify-routing: verify-version (${list})`,
        ],
        byPerson: ["find-known-good", "add-to-history"],
        // There is no interface here, and no check of ours is registered.
        nothing: ["switch-interface", "own-checks", "verify-interface"],
        unnamed: ["validation routing confirm"],
      });
      expect(await readFile(restarted, "utf8")).toBe("MODEL=medium\n");
      expect(await blueGreen.counters()).toMatchObject({ active: "blue", flips: 1 });
      expect(await balancer.serving()).toEqual(["blue"]);
      expect(await answeredBy(balancer.url)).toEqual(["2.3.0"]);
    });

    it("Quick Reference (30-second rollback). The deployment API has the load balancer send everything to Blue, once, although the worker that asked was killed", async () => {
      const balancer = await startLoadBalancer(kind);
      const api = await deploymentApi(balancer);
      onTestFinished(async () => {
        await api.stop();
        await balancer.stop();
      });
      const journey: Journey = {
        playbook: "mvp-blue-green",
        procedure: "quick-switch",
        place: {
          allow: [api.address],
          targets: [
            {
              component: "code",
              adapter: "http-blue-green",
              settings: { url: api.url, conditional: true },
              secrets: {},
            },
          ],
        },
        good,
        bad,
      };
      const done = await rollBackByProcedure(database.client, pool, journey, ["switch"]);

      const reference = "Quick Reference (30-second rollback)";
      const critical = "Emergency Procedures, Critical Issues (0-5 minutes)";
      expect(done.walked).toEqual({
        ran: [
          `validation check-status: confirm (${reference}, 1 Status)`,
          `execution switch-at-once: switch (${reference}, 2 Rollback; ${critical}, Immediate rollback)`,
          `verification verify-health: verify-version, verify-health (${reference}, 3 Health; ${critical}, Verify)`,
        ],
        byPerson: [],
        nothing: [],
        unnamed: ["initiation code capture"],
      });
      expect(api.switches()).toBe(1);
      expect(await balancer.serving()).toEqual(["blue"]);
      expect(await answeredBy(balancer.url)).toEqual(["2.3.0"]);
    });
  });
});

/** Which versions answer, until twenty requests in a row got through: a check of the balancer may fail on a busy machine. */
async function answeredBy(url: string): Promise<string[]> {
  const seen = new Set<string>();
  await until("twenty requests in a row are answered", async () => {
    for (let at = 0; at < 20; at++) seen.add(await servedBy(url));
    return true;
  });
  return [...seen];
}

type DeploymentApi = { url: string; address: string; switches: () => number; stop: () => Promise<void> };

/** The document's calls before a real load balancer; a rollback takes the colours that it names as its precondition. */
async function deploymentApi(balancer: LoadBalancer): Promise<DeploymentApi> {
  const versions = { blue: "2.3.0", green: "2.4.0" };
  const serving = async (): Promise<"blue" | "green"> =>
    (await balancer.serving()).includes("blue") ? "blue" : "green";
  let switches = 0;
  const server = createServer((request, response) => {
    const answer = async (): Promise<unknown> => {
      const body = await text(request);
      const wanted = (body === "" ? {} : JSON.parse(body)) as { from?: string; to?: string };
      const now = await serving();
      const other = now === "blue" ? "green" : "blue";
      switch (`${request.method ?? ""} ${request.url ?? ""}`) {
        case "GET /deployment/status":
          return {
            currentEnvironment: now,
            currentVersion: versions[now],
            environments: {
              [now]: { version: versions[now], health: "healthy" },
              [other]: { version: versions[other], health: "healthy" },
            },
          };
        case "POST /deployment/rollback":
          if (wanted.from !== now || wanted.to !== other) return { changed: false };
          switches += 1;
          await balancer.tell([other]);
          return { changed: true };
        default:
          return { health: "healthy", version: await servedBy(balancer.url) };
      }
    };
    answer().then(
      (value) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${address}`,
    address,
    switches: () => switches,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
