import { execFileSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { etcdPlans } from "#e2e/targets/etcd-plans.ts";
import { twoVersions, values, versionOne } from "#e2e/targets/etcd-versions.ts";
import { base64, etcdMissing, startEtcd } from "#e2e/targets/etcd.ts";
import type { EtcdServer } from "#e2e/targets/etcd.ts";
import { describeWith } from "#e2e/targets/needs.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { etcd } from "#lib/adapters/etcd/index.ts";
import { Settings } from "#lib/adapters/etcd/schema.ts";

describeWith("etcd as an adapter restores it", etcdMissing, () => {
  let server: EtcdServer;
  beforeAll(async () => {
    server = await startEtcd();
  });
  afterAll(() => server.stop());
  let number = 0;
  const newPrefix = (): string => `config/${++number}/`;

  const { context, operation, plan, run } = etcdPlans(() => server);

  it("shows which keys change, and the values of plain keys alone", async () => {
    const prefix = newPrefix();
    const good = await twoVersions(server, prefix);
    const { title, desired } = await plan({ prefix, plainKeys: [`${prefix}database/pool_size`] }, good);
    expect(title).toBe(
      `Restore ${prefix} as at ${good}. changed: ${prefix}database/pool_size (2 → 20), ${prefix}password; ` +
        `added: ${prefix}only-old; removed: ${prefix}only-new`,
    );
    expect(JSON.stringify(desired)).not.toMatch(/hidden|aGlkZGVu/);
  });

  it("brings back exactly what was there, whatever bytes the values are", async () => {
    const prefix = newPrefix();
    const bytes = Buffer.from([0, 255, 254, 10, 61]).toString("base64");
    await server.call("kv/put", { key: base64(`${prefix}binary`), value: bytes });
    const good = await twoVersions(server, prefix);
    await server.remove(`${prefix}binary`);
    const { desired } = await plan({ prefix }, good);
    expect((await run({ prefix }, desired)).fault).toBeNull();
    const { [`${prefix}binary`]: _binary, ...rest } = await values(server, prefix);
    expect(rest).toEqual(versionOne(prefix));
    const answer = await server.call("kv/range", { key: base64(`${prefix}binary`) });
    expect(answer["kvs"]).toMatchObject([{ value: bytes }]);
  });

  it("overwrites nothing that somebody else has written since the plan was signed", async () => {
    const prefix = newPrefix();
    const good = await twoVersions(server, prefix);
    const { desired } = await plan({ prefix }, good);
    await server.put(`${prefix}password`, "written meanwhile");
    const before = await server.dump(prefix);
    expect((await run({ prefix }, desired)).fault).toMatchObject({ kind: "permanent", code: "DRIFT" });
    expect(await server.dump(prefix)).toEqual(before);
  });

  it("takes a key that came since the plan was signed for drift, not for its own", async () => {
    const prefix = newPrefix();
    const good = await twoVersions(server, prefix);
    const { desired } = await plan({ prefix }, good);
    await server.put(`${prefix}newcomer`, "1");
    expect((await run({ prefix }, desired)).fault?.code).toBe("DRIFT");
    expect((await values(server, prefix))[`${prefix}newcomer`]).toBe("1");
  });

  it("has a write refused by etcd itself that comes between its look and its transaction", async () => {
    const prefix = newPrefix();
    const good = await twoVersions(server, prefix);
    const { desired } = await plan({ prefix }, good);
    const command = operation("restore-prefix").command(Settings.parse({ url: server.url, prefix }), desired);
    await server.put(`${prefix}password`, "written meanwhile");
    expect(() => execFileSync("/bin/sh", ["-c", command], { stdio: "pipe" })).toThrow();
    expect((await values(server, prefix))[`${prefix}password`]).toBe("written meanwhile");
  });

  it("can be typed by hand, and comes to the same", async () => {
    const prefix = newPrefix();
    const good = await twoVersions(server, prefix);
    const { desired } = await plan({ prefix }, good);
    const settings = Settings.parse({ url: server.url, prefix });
    execFileSync("/bin/sh", ["-c", operation("restore-prefix").command(settings, desired)], {
      stdio: "pipe",
    });
    expect(await values(server, prefix)).toEqual(versionOne(prefix));
    expect((await run({ prefix }, desired)).receipt).toBeNull();
  });

  it("takes several transactions where one would be too large, and goes on where it was stopped", async () => {
    const prefix = newPrefix();
    let good = 0;
    for (let n = 0; n < 300; n++) good = await server.put(`${prefix}${n}`, "good");
    for (let n = 0; n < 300; n++) await server.put(`${prefix}${n}`, "bad");
    const { title, desired } = await plan({ prefix }, good);
    expect(title).toContain("in 3 transactions");
    const stopped = new AbortController();
    const { ctx, lines } = adapterContext({
      settings: Settings.parse({ url: server.url, prefix }),
      allow: [server.address],
      signal: stopped.signal,
    });
    const log = ctx.log.bind(ctx);
    ctx.log = (line) => {
      log(line);
      stopped.abort();
    };
    const executor = await operation("restore-prefix").executor();
    await expect(executor.apply(ctx as AdapterContext<Settings>, desired, null)).rejects.toMatchObject({
      kind: "transient",
      code: "CANCELLED",
      message: "Stopped after 1 of 3 transactions.",
    });
    expect(lines).toHaveLength(1);
    const half = Object.values(await values(server, prefix)).filter((value) => value === "good");
    expect(half).toHaveLength(127);
    const done = await run({ prefix }, desired);
    expect(done).toMatchObject({ fault: null, receipt: { data: { transactions: 2 } } });
    expect(new Set(Object.values(await values(server, prefix)))).toEqual(new Set(["good"]));
  });

  it("says which limit is set too high for the cluster", async () => {
    const prefix = newPrefix();
    let good = 0;
    for (let n = 0; n < 140; n++) good = await server.put(`${prefix}${n}`, "good");
    for (let n = 0; n < 140; n++) await server.put(`${prefix}${n}`, "bad");
    const { desired } = await plan({ prefix, maxOperations: 1000 }, good);
    const { fault } = await run({ prefix, maxOperations: 1000 }, desired);
    expect(fault).toMatchObject({ kind: "permanent", code: "TOO_MANY_OPERATIONS" });
    expect(fault?.advice).toContain("--max-txn-ops");
  });

  it("leaves keys with a lease alone, and says so before anybody signs", async () => {
    const prefix = newPrefix();
    const good = await twoVersions(server, prefix);
    await server.call("lease/grant", { ID: "777", TTL: "600" });
    const key = `${prefix}instances/1`;
    await server.call("kv/put", { key: base64(key), value: base64("here"), lease: "777" });
    const { desired, notReverted } = await plan({ prefix }, good);
    expect(notReverted?.[0]?.what).toContain(key);
    expect((await run({ prefix }, desired)).fault).toBeNull();
    expect(await values(server, prefix)).toEqual({ ...versionOne(prefix), [key]: "here" });
  });

  it("names a compacted revision, and takes the stored snapshot of that name in its place", async () => {
    const prefix = newPrefix();
    const good = await twoVersions(server, prefix);
    const folder = await temporaryFolder();
    const printed = execFileSync(
      "etcdctl",
      ["--endpoints", server.url, "get", prefix, "--prefix", "-w", "json", `--rev=${good}`],
      {
        env: { ...process.env, ETCDCTL_API: "3" },
      },
    );
    const latest = await server.put("elsewhere", "1");
    await server.call("kv/compaction", { revision: String(latest) });
    await expect(plan({ prefix }, good)).rejects.toMatchObject({ code: "REVISION_COMPACTED" });
    await expect(plan({ prefix, snapshotFolder: folder }, good)).rejects.toMatchObject({
      code: "REVISION_COMPACTED",
    });
    const file = path.join(folder, `${good}.json`);
    await writeFile(file, printed);
    const settings = { prefix, snapshotFolder: folder };
    const { desired } = await plan(settings, good);
    await writeFile(file, printed.toString().replace(base64("20"), base64("21")));
    expect((await run(settings, desired)).fault?.code).toBe("BACKUP_CHANGED");
    await writeFile(file, printed);
    expect((await run(settings, desired)).fault).toBeNull();
    expect(await values(server, prefix)).toEqual(versionOne(prefix));
    await rm(folder, { recursive: true });
  });

  it("shows version, leader, members and revision, and that etcd keeps no list of versions", async () => {
    const prefix = newPrefix();
    await twoVersions(server, prefix);
    const found = await etcd.inspect?.(context({ prefix }), "configuration");
    expect(found?.evidence.map(({ title, ok }) => [title, ok])).toEqual([
      ["Prefix", true],
      ["Version", true],
      ["Leader", true],
      ["Member one", true],
      ["History", true],
    ]);
    expect(found?.current?.artifacts.configurationRevision).toMatch(/^\d+$/);
    expect((await etcd.identify?.(context({ prefix })))?.id).toMatch(/^\d{5,}$/);
  });

  it("says before a rollback needs it that the snapshot folder is missing, or no folder", async () => {
    const prefix = newPrefix();
    await twoVersions(server, prefix);
    const folder = await temporaryFolder();
    const file = path.join(folder, "file");
    await writeFile(file, "");
    const isWell = async (snapshotFolder: string) =>
      (await etcd.inspect?.(context({ prefix, snapshotFolder }), "configuration"))?.evidence.find(
        ({ title }) => title === "Snapshot folder",
      )?.ok;
    expect(await isWell(folder)).toBe(true);
    expect(await isWell(path.join(folder, "absent"))).toBe(false);
    expect(await isWell(file)).toBe(false);
    await rm(folder, { recursive: true });
  });
});
