import "#e2e/fixtures/engine/own-data-folder.ts";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rollBackByProcedure } from "#e2e/fixtures/engine/procedure-journey.ts";
import type { Journey } from "#e2e/fixtures/engine/product-journey.ts";
import { workerPool } from "#e2e/fixtures/engine/worker-pool.ts";
import { dockerNeeds, freePort, pushImage, startDocker, startRegistry, until } from "#e2e/targets/docker.ts";
import type { DockerHost, Registry } from "#e2e/targets/docker.ts";
import { describeWith, missing } from "#e2e/targets/needs.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const run = promisify(execFile);
const compose = "/usr/bin/docker-compose";
/** Serves what its environment told it at its start. */
const serve =
  "umask 022; echo $MODEL > /www/model; echo $LIMIT > /www/limit; exec /bin/busybox httpd -f -p 127.0.0.1:$PORT -h /www";

describeWith(
  "an environment file of a platform under Docker Compose, through the product",
  missing(dockerNeeds),
  () => {
    let engine: DockerHost;
    let registry: Registry;
    const pool = workerPool(
      () => database.url,
      () => database.client,
      5,
    );
    beforeAll(async () => {
      [engine, registry] = await Promise.all([startDocker(), startRegistry()]);
      await pool.atLeast(2);
    });
    afterAll(async () => {
      await pool.stop();
      await engine.stop();
      await registry.stop();
    });

    it("Configuration Rollback, Rollback Environment Variables. The kept file is in its place again, and the services that read it were created anew, and those alone", async () => {
      const folder = realpathSync(mkdtempSync(path.join(engine.folder, "platform-")));
      const command = ["/bin/busybox", "sh", "-c", serve];
      const image = await pushImage(engine, `${registry.address}/platform/app`, { version: "v1", command });
      const ports = { api: await freePort(), worker: await freePort(), store: await freePort() };
      const service = (name: keyof typeof ports, more: object) => ({
        image,
        network_mode: "host",
        init: true,
        stop_grace_period: "1s",
        environment: { PORT: String(ports[name]) },
        ...more,
      });
      const file = path.join(folder, "docker-compose.yml");
      await writeFile(
        file,
        JSON.stringify({
          version: "3.8",
          services: {
            store: service("store", {}),
            api: service("api", { env_file: "platform.env" }),
            worker: service("worker", { env_file: "platform.env" }),
          },
        }),
      );
      const words = ["-H", engine.host, "-p", "platform", "-f", file, "up", "-d"];
      const settled = path.join(folder, "platform.env");
      const deploy = async (version: string, text: string): Promise<void> => {
        await writeFile(`${settled}.${version}`, text, { mode: 0o600 });
        await writeFile(settled, text, { mode: 0o600 });
        await run(compose, words);
      };
      const told = async (name: keyof typeof ports, what: "model" | "limit"): Promise<string> =>
        (await (await fetch(`http://127.0.0.1:${ports[name]}/${what}`)).text()).trim();
      const containers = async (name: string): Promise<string> =>
        engine.docker("ps", "-aq", "--no-trunc", "--filter", `label=com.docker.compose.service=${name}`);
      const good = "MODEL=medium\nLIMIT=20\nAPI_KEY=old-and-hidden\n";
      const bad = "MODEL=large\nLIMIT=2000\nAPI_KEY=new-and-hidden\n";
      await deploy("2.3.0", good);
      await until(async () => (await told("worker", "model")) === "medium", "2.3.0 to answer");
      await deploy("2.4.0", bad);
      await until(async () => (await told("worker", "model")) === "large", "2.4.0 to answer");
      const before = { api: await containers("api"), store: await containers("store") };

      const journey: Journey = {
        playbook: "v2-platform",
        procedure: "environment-file",
        place: {
          allow: [],
          targets: [
            {
              component: "configuration",
              adapter: "env-file",
              settings: {
                path: settled,
                plainKeys: ["MODEL", "LIMIT"],
                restartHook: [compose, ...words],
                restartHookIdempotent: true,
              },
              secrets: {},
            },
          ],
        },
        good: { version: "2.3.0", hoursAgo: 24, configurationRevision: "2.3.0" },
        bad: { version: "2.4.0", hoursAgo: 1, configurationRevision: "2.4.0" },
      };
      const done = await rollBackByProcedure(database.client, pool, journey, ["restart"]);

      const section = "Configuration Rollback, Rollback Environment Variables";
      expect(done.walked.ran).toEqual([
        `validation find-kept-file: confirm (${section}, Restore previous .env)`,
        `execution restore-file: restore (${section}, Restore previous .env)`,
        `execution recreate-services: restart (${section}, Restart services)`,
        `verification verify-file: verify (${section}, Verify)`,
      ]);
      // "Backup current .env" is a part of the restore, which keeps what it replaces; no check of ours is registered here.
      expect([done.walked.byPerson, done.walked.nothing, done.walked.unnamed]).toEqual([
        [],
        ["keep-current-file", "own-checks"],
        [],
      ]);
      expect(await readFile(settled, "utf8")).toBe(good);
      await until(async () => (await told("api", "model")) === "medium", "the api to answer");
      expect(await told("api", "limit")).toBe("20");
      expect(await told("worker", "model")).toBe("medium");
      const after = { api: await containers("api"), store: await containers("store") };
      expect(after.store).toBe(before.store);
      expect(after.api).not.toBe(before.api);
      expect(after.api.split("\n")).toHaveLength(1);
      // What was there is kept beside it.
      const kept = readdirSync(folder).find((name) => name.includes("before")) ?? "none";
      expect(await readFile(path.join(folder, kept), "utf8")).toBe(bad);
      expect(done.events).not.toMatch(/old-and-hidden|new-and-hidden/);
      await rm(folder, { recursive: true, force: true });
    });
  },
);
