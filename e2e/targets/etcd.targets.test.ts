import "#e2e/fixtures/engine/own-data-folder.ts";
import { readdir, rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { folderPrint, temporaryFolder } from "#e2e/contract/folder-print.ts";
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
import { twoVersions, values, versionOne } from "#e2e/targets/etcd-versions.ts";
import { base64, etcdMissing, startEtcd, withUsers } from "#e2e/targets/etcd.ts";
import type { EtcdServer } from "#e2e/targets/etcd.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import { testDatabase } from "#lib/platform/db/test-database.ts";

const database = await testDatabase();
const password = 'T0p/secret+"token" 42';
process.env["LASTGOOD_SECRET_ETCD_PASSWORD"] = password;

describeWith("etcd", etcdMissing, () => {
  let shared: EtcdServer | undefined;
  let count = 0;
  contractSuite("etcd", {
    make: async (): Promise<ContractCase> => {
      if (shared === undefined) {
        shared = await startEtcd();
        shared.token = await withUsers(shared, password);
      }
      const server = shared;
      const prefix = `config/${++count}/`;
      const folder = await temporaryFolder();
      const good = await twoVersions(server, prefix);
      const before = (await server.call("kv/range", { key: base64("config/x") })).header?.revision;
      return {
        adapter: "etcd",
        settings: {
          url: server.url,
          prefix,
          username: "app",
          plainKeys: [`${prefix}database/pool_size`],
          snapshotFolder: folder,
        },
        secrets: { password },
        allow: [server.address],
        request: planRequest({ revision: String(good) }),
        fingerprint: async () => ({ ...(await server.dump(prefix)), ...(await folderPrint(folder)) }),
        effects: async (operation) => {
          if (operation === "keep") return (await readdir(folder)).length;
          const now = (await server.call("kv/range", { key: base64("config/x") })).header?.revision;
          return Number(now) - Number(before);
        },
        wrongSettings: [
          {},
          { url: server.url },
          { url: server.url, prefix: "" },
          { url: server.url, prefix: "a\u0000b" },
          { url: "http://user:secret@127.0.0.1:2379", prefix },
          { url: server.url, prefix, snapshotFolder: "snapshots" },
          { url: server.url, prefix, maxOperations: 1 },
        ],
        stop: () => rm(folder, { recursive: true }),
      };
    },
    close: async () => shared?.stop(),
  });

  describe("through the product", () => {
    let server: EtcdServer;
    const pool = workerPool(
      () => database.url,
      () => database.client,
      2,
    );
    beforeAll(async () => {
      server = await startEtcd();
      server.token = await withUsers(server, password);
      await pool.atLeast(2);
    });
    afterAll(async () => {
      await pool.stop();
      await server.stop();
    });

    it("goes from version 1 to 2 and back, with a worker killed in the middle, and etcd itself says version 1", async () => {
      const { client } = database;
      const prefix = "config/shop/";
      for (let n = 0; n < 200; n++) await server.put(`${prefix}limits/${n}`, "good");
      const good = await twoVersions(server, prefix);
      for (let n = 0; n < 200; n++) await server.put(`${prefix}limits/${n}`, "bad");
      const folder = await temporaryFolder();
      const journey = {
        playbook: "v2-platform",
        procedure: "etcd-configuration",
        scope: ["configuration" as const],
        place: {
          allow: [server.address],
          targets: [
            {
              component: "configuration" as const,
              adapter: "etcd",
              settings: {
                url: server.url,
                prefix,
                username: "app",
                maxOperations: 4,
                snapshotFolder: folder,
              },
              secrets: {
                password: "env:LASTGOOD_SECRET_ETCD_PASSWORD",
              },
            },
          ],
        },
        good: { version: "1.0.0", hoursAgo: 24, configurationRevision: String(good) },
        bad: { version: "2.0.0", hoursAgo: 1 },
      };
      const prepared = await prepareJourney(client, journey);
      const began = Number((await server.call("kv/range", { key: base64("config/x") })).header?.revision);
      await startJourney(client, prepared);
      await killAtIntent(client, pool, prepared.id, ["restore-prefix"]);
      const end = await followJourney(client, prepared);

      expect(end.state).toBe("monitoring");
      expect(end.takenOver).toHaveLength(1);
      const limits = Array.from({ length: 200 }, (_one, n) => [`${prefix}limits/${n}`, "good"]);
      expect(await values(server, prefix)).toEqual({ ...versionOne(prefix), ...Object.fromEntries(limits) });
      // Each of the 204 keys was put back once: three to a transaction.
      const ended = Number((await server.call("kv/range", { key: base64("config/x") })).header?.revision);
      expect(ended - began).toBe(68);

      expect(finishedSteps(prepared, end)).toEqual(plannedSteps(prepared));
      const named = await procedureSteps(journey, ["configuration"]);
      expect(named).toEqual(["execution configuration restore-prefix", "verification configuration verify"]);
      expect(plannedSteps(prepared).filter((step) => named.includes(step))).toEqual(named);
      expect(JSON.stringify(end.events)).not.toContain(JSON.stringify(password).slice(1, -1));
      await rm(folder, { recursive: true });
    });
  });
});
