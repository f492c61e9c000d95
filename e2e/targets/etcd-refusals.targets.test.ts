import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import { etcdPlans } from "#e2e/targets/etcd-plans.ts";
import { twoVersions } from "#e2e/targets/etcd-versions.ts";
import { base64, etcdMissing, startEtcd, withUsers } from "#e2e/targets/etcd.ts";
import type { EtcdServer } from "#e2e/targets/etcd.ts";
import { describeWith } from "#e2e/targets/needs.ts";

const password = 'T0p/secret+"token" 42';

describeWith("etcd as an adapter refuses to restore it", etcdMissing, () => {
  let server: EtcdServer;
  beforeAll(async () => {
    server = await startEtcd();
  });
  afterAll(() => server.stop());
  let number = 0;
  const newPrefix = (): string => `config/${++number}/`;
  const { plan } = etcdPlans(() => server);

  it.each([
    ["not JSON at all", "{", "BACKUP_CORRUPT"],
    ["of another prefix", JSON.stringify({ kvs: [{ key: base64("other/a") }] }), "BACKUP_CORRUPT"],
    ["cut off", JSON.stringify({ kvs: [], more: true }), "BACKUP_CORRUPT"],
    ["empty, which would remove everything", JSON.stringify({ kvs: [] }), "NOTHING_THERE"],
  ])("refuses a snapshot that is %s", async (_what, content, code) => {
    const prefix = newPrefix();
    await twoVersions(server, prefix);
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, "2.3.0.json"), content);
    await expect(plan({ prefix, snapshotFolder: folder }, "2.3.0")).rejects.toMatchObject({
      kind: "permanent",
      code,
    });
    await rm(folder, { recursive: true });
  });

  it("refuses what it cannot have with a reason of its own", async () => {
    const prefix = newPrefix();
    const good = await twoVersions(server, prefix);
    await expect(plan({ prefix }, 999_999)).rejects.toMatchObject({ code: "FUTURE_REVISION" });
    await expect(plan({ prefix }, "2.3.0")).rejects.toMatchObject({ code: "NO_SNAPSHOT_FOLDER" });
    const folder = await temporaryFolder();
    await expect(plan({ prefix, snapshotFolder: folder }, "2.3.0")).rejects.toMatchObject({
      code: "BACKUP_MISSING",
    });
    await rm(folder, { recursive: true });
    await expect(plan({ prefix }, good, { allow: [] })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
    await expect(
      plan({ prefix, url: "http://127.0.0.1:9" }, good, { allow: ["127.0.0.1:9"] }),
    ).rejects.toMatchObject({ kind: "transient", code: "NO_CONNECTION" });
  });

  it("does not take another system for etcd", async () => {
    const other = createServer((_request, response) => response.end('{"status":"ok"}')).listen(
      0,
      "127.0.0.1",
    );
    await once(other, "listening");
    const address = other.address();
    const port = address !== null && typeof address !== "string" ? address.port : 0;
    const settings = { prefix: "config/", url: `http://127.0.0.1:${port}` };
    await expect(plan(settings, 5, { allow: [`127.0.0.1:${port}`] })).rejects.toMatchObject({
      kind: "permanent",
      code: "UNEXPECTED_ANSWER",
    });
    other.close();
  });

  it("names a full database, and that nothing was written", async () => {
    const small = await startEtcd(["--quota-backend-bytes", "200000"]);
    const prefix = "config/";
    const good = await twoVersions(small, prefix);
    const settings = { prefix, url: small.url };
    const { desired } = await plan(settings, good, { allow: [small.address] });
    const fill = async (): Promise<void> => {
      for (let n = 0; n < 100; n++) await small.put(`fill/${n}`, "x".repeat(50_000));
    };
    await expect(fill()).rejects.toThrow("database space exceeded");
    const before = await small.dump(prefix);
    const result = await runStep({
      adapter: "etcd",
      operation: "restore-prefix",
      settings,
      secrets: {},
      allow: [small.address],
      desired,
    });
    expect(result.fault).toMatchObject({ kind: "permanent", code: "DISK_FULL" });
    expect(await small.dump(prefix)).toEqual(before);
    await small.stop();
  });

  it("names a certificate that it cannot trust", async () => {
    const secure = await startEtcd(["--auto-tls"], "https");
    const settings = { prefix: "config/", url: secure.url };
    await expect(plan(settings, 1, { allow: [secure.address] })).rejects.toMatchObject({
      kind: "permanent",
      code: "TLS_REFUSED",
    });
    await secure.stop();
  });

  it("names wrong credentials, missing ones, and a prefix that the user may not see", async () => {
    const closed = await startEtcd();
    closed.token = await withUsers(closed, password);
    const of = (prefix: string, { username = "", ...secrets }: Record<string, string>) =>
      plan({ prefix, url: closed.url, ...(username !== "" && { username }) }, 2, {
        allow: [closed.address],
        secrets,
      });
    const refused = { kind: "permanent", code: "NOT_AUTHENTICATED" };
    await expect(of("config/", { username: "app", password: "wrong" })).rejects.toMatchObject(refused);
    await expect(of("config/", {})).rejects.toMatchObject(refused);
    await expect(of("other/", { username: "app", password })).rejects.toMatchObject({
      kind: "permanent",
      code: "NOT_PERMITTED",
    });
    await closed.stop();
  });
});
