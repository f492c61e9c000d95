import { execFileSync } from "node:child_process";
import { chmod, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { folderPrint, temporaryFolder } from "#e2e/contract/folder-print.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import { startFlagServer } from "#e2e/fixtures/flag-server.ts";
import type { FlagServer } from "#e2e/fixtures/flag-server.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { planSet } from "#lib/adapters/feature-flag/executor.ts";
import { featureFlag } from "#lib/adapters/feature-flag/index.ts";
import { Settings } from "#lib/adapters/feature-flag/schema.ts";
import type { JsonObject } from "#lib/domain/json.ts";

const token = 'T0p/secret+"token" 42';
const off = [{ name: "new-checkout", enabled: false }];

const wrongSettings: JsonObject[] = [
  {},
  { flags: off },
  { provider: { kind: "file", path: "/srv/flags.json" }, flags: [] },
  { provider: { kind: "file", path: "flags.json" }, flags: off },
  { provider: { kind: "http", url: "ftp://example.com" }, flags: off },
  { provider: { kind: "http", url: "http://example.com", method: "DELETE" }, flags: off },
  { provider: { kind: "unleash", url: "http://example.com" }, flags: off },
  { provider: { kind: "http", url: "http://example.com" }, flags: [{ name: "../owned", enabled: false }] },
  { provider: { kind: "http", url: "http://example.com" }, flags: [...off, ...off] },
];

contractSuite("feature-flag", {
  make: async (): Promise<ContractCase> => {
    const server = await startFlagServer(token, { "new-checkout": true, "old-checkout": false });
    return {
      adapter: "feature-flag",
      settings: {
        provider: { kind: "http", url: server.url, probePath: "/api/v1/{flag}" },
        flags: [...off, { name: "old-checkout", enabled: true }],
      },
      secrets: { token },
      allow: [server.address],
      request: planRequest(),
      fingerprint: () => Promise.resolve([server.writes(), JSON.stringify([...server.flags])]),
      effects: () => Promise.resolve(server.writes()),
      wrongSettings,
      stop: () => server.stop(),
    };
  },
});

const flagdFile = `{
  "$schema": "https://flagd.dev/schema/v0/flags.json",
  "flags": {
    "new-checkout": {
      "state": "ENABLED",
      "variants": { "on": true, "off": false },
      "defaultVariant": "on"
    }
  }
}
`;

contractSuite(
  "feature-flag",
  {
    make: async (): Promise<ContractCase> => {
      const folder = await temporaryFolder();
      const file = path.join(folder, "flags.json");
      await writeFile(file, flagdFile);
      return {
        adapter: "feature-flag",
        settings: { provider: { kind: "file", path: file }, flags: off },
        secrets: {},
        allow: [],
        request: planRequest(),
        fingerprint: () => folderPrint(folder),
        effects: async () => ((await readFile(file, "utf8")).includes("DISABLED") ? 1 : 0),
        wrongSettings,
        stop: () => rm(folder, { recursive: true }),
      };
    },
  },
  "a file",
);

const plan = (settings: JsonObject, more: { secrets?: Record<string, string>; allow?: string[] } = {}) =>
  planSet(adapterContext({ settings: Settings.parse(settings), ...more }).ctx as AdapterContext<Settings>);

describe("flags behind an HTTP API", () => {
  let server: FlagServer;
  beforeEach(async () => {
    server = await startFlagServer(token, { "new-checkout": true });
  });
  afterEach(() => server.stop());
  const settings = (provider: JsonObject = {}, flags = off): JsonObject => ({
    provider: { kind: "http", url: server.url, ...provider },
    flags,
  });
  const run = (operation: string, desired: unknown, provider: JsonObject = {}) =>
    runStep({
      adapter: "feature-flag",
      operation,
      settings: { ...settings(provider), settleSeconds: 0 },
      secrets: { token },
      allow: [server.address],
      desired,
    });

  it("look again when the answer was lost, and write once", async () => {
    server.next.cutsAnswer = true;
    expect(await run("set", off[0])).toMatchObject({ fault: null, receipt: { changed: true } });
    expect(server.writes()).toBe(1);
  });

  it("may be set again after a failure of the server", async () => {
    server.next.status = 502;
    expect((await run("set", off[0])).fault).toMatchObject({ kind: "transient" });
    expect((await run("set", off[0])).fault).toBeNull();
  });

  it("are not verified while the feature itself still answers", async () => {
    server.flags.set("probe", true);
    server.flags.set("new-checkout", false);
    const { fault } = await run("verify", { flags: off }, { probePath: "/api/v1/probe" });
    expect(fault).toMatchObject({ kind: "transient", code: "NOT_YET" });
  });

  it("name what keeps them from being read", async () => {
    const more = { secrets: { token }, allow: [server.address] };
    await expect(plan(settings({}, [{ name: "absent", enabled: false }]), more)).rejects.toMatchObject({
      kind: "permanent",
      code: "FLAG_MISSING",
    });
    await expect(plan(settings(), { ...more, secrets: { token: "wrong token" } })).rejects.toMatchObject({
      code: "NOT_AUTHENTICATED",
    });
    await expect(plan(settings(), { ...more, allow: [] })).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
    await expect(plan(settings({ valuePath: "state" }), more)).rejects.toMatchObject({
      code: "UNEXPECTED_ANSWER",
    });
  });

  it("can be set by hand", () => {
    const set = featureFlag.operations.find(({ id }) => id === "set");
    const command = set?.command(Settings.parse(settings()), off[0], ["token"]) ?? "";
    expect(command).toBe(
      `curl -fsS -X PATCH -H "Authorization: Bearer $TOKEN" -H 'content-type: application/json' ` +
        `--data-raw '{"enabled":false}' ${server.url}/api/v1/features/new-checkout`,
    );
  });
});

describe("flags in a file", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = path.join(folder, "flags.json");
  });
  afterEach(() => rm(folder, { recursive: true }));
  const settings = (format = "flagd", at = file): JsonObject => ({
    provider: { kind: "file", path: at, format },
    flags: off,
  });
  const set = (format?: string) =>
    runStep({
      adapter: "feature-flag",
      operation: "set",
      settings: settings(format),
      secrets: {},
      allow: [],
      desired: off[0],
    });

  it("change in that one place, and the file keeps its mode and all else in it", async () => {
    await writeFile(file, flagdFile);
    await chmod(file, 0o640);
    expect((await set()).fault).toBeNull();
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(
      JSON.parse(flagdFile.replace("ENABLED", "DISABLED")),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it("may stand there as true and false", async () => {
    await writeFile(file, '{\n  "other": true,\n  "new-checkout": true\n}\n');
    expect((await set("plain")).fault).toBeNull();
    expect(await readFile(file, "utf8")).toBe('{\n  "other": true,\n  "new-checkout": false\n}\n');
  });

  it("can be set by hand", async () => {
    await writeFile(file, flagdFile);
    const command = featureFlag.operations
      .find(({ id }) => id === "set")
      ?.command(Settings.parse(settings()), off[0]);
    execFileSync("/bin/sh", ["-c", command ?? "false"]);
    expect((await set()).receipt).toBeNull();
  });

  it.each([
    ["is not there", null, "FILE_MISSING"],
    ["is no JSON", "{", "FILE_CORRUPT"],
    ["is of another format", '{"new-checkout": true}', "FILE_CORRUPT"],
    ["has no such flag", '{"flags": {}}', "FLAG_MISSING"],
    ["names the flag only by inheritance", '{"flags": {"__proto__": {"state": "ENABLED"}}}', "FLAG_MISSING"],
  ])("are refused where the file %s", async (_what, content, code) => {
    if (content !== null) await writeFile(file, content);
    await expect(plan(settings())).rejects.toMatchObject({ kind: "permanent", code });
  });

  it("are not written through a symbolic link", async () => {
    await writeFile(path.join(folder, "real.json"), flagdFile);
    await symlink(path.join(folder, "real.json"), file);
    await expect(plan(settings())).rejects.toMatchObject({ code: "SYMBOLIC_LINK" });
  });
});
