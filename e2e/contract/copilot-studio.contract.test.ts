import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import {
  commitPath,
  dataverseProblem,
  importPath,
  publishPath,
  solutionsPath,
  startDataverse,
  topicPath,
} from "#e2e/contract/dataverse-server.ts";
import type { DataverseServer } from "#e2e/contract/dataverse-server.ts";
import { clientId, tenantId } from "#e2e/contract/entra-route.ts";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { solutionFile } from "#e2e/contract/solution-file.ts";
import type { Component } from "#lib/domain/service.ts";

const secret = 'dv/"secret" 42+';
const binary = Buffer.from([0, 1, 255, 254, 10, 13]);

contractSuite("copilot-studio", { make: () => open("code") }, "code");
contractSuite("copilot-studio", { make: () => open("configuration") }, "topics");
contractSuite("copilot-studio", { make: () => open("knowledge_base") }, "knowledge");

type Open = ContractCase & { server: DataverseServer; folder: string };

async function open(component: Component, isManaged = false): Promise<Open> {
  const folder = await temporaryFolder();
  const files = [
    ["HelpAgent_2.3.0.zip", "2.3.0.0"],
    ["reissue.zip", "2.4.0.1"],
  ] as const;
  const made = new Map<string, string>();
  for (const [name, version] of files) {
    const file = solutionFile("HelpAgent", version, isManaged);
    made.set(createHash("sha256").update(file).digest("hex"), version);
    await writeFile(path.join(folder, name), file);
  }
  const server = await startDataverse(
    secret,
    (file) => ({
      version: made.get(createHash("sha256").update(file).digest("hex")) ?? "0.0.0.0",
      isManaged,
    }),
    isManaged,
  );
  const topics = {
    topics: {
      "cr1_helpAgent.topic.Greeting": { data: "kind: old greeting" },
      "cr1_helpAgent.topic.Escalate": { data: "kind: escalate" },
    },
  };
  await writeFile(path.join(folder, "2.3.0.json"), JSON.stringify(topics));
  await mkdir(path.join(folder, "2.3.0"));
  await writeFile(path.join(folder, "2.3.0", "prices.md"), "prices of 2.3");
  await writeFile(path.join(folder, "2.3.0", "manual.pdf"), binary);
  // Something has changed since it was published.
  if (component === "code") server.touch();
  const { effects } = server;
  return {
    server,
    folder,
    adapter: "copilot-studio",
    settings: {
      environmentUrl: server.url,
      loginUrl: server.url,
      tenantId,
      clientId,
      solution: "HelpAgent",
      bot: "cr1_helpAgent",
      packages: folder,
      revisions: folder,
      knowledge: folder,
      importSeconds: 5,
      settleSeconds: 0.3,
      lookEveryMs: 20,
      timeoutMs: 2000,
    },
    secrets: { clientSecret: secret },
    allow: [server.address],
    request: { ...planRequest(), component },
    fingerprint: () =>
      Promise.resolve({
        effects: { ...effects },
        installed: { ...server.installed },
        parts: server.parts.map(({ name, data, file }) => [name, data, file?.toString("hex") ?? null]),
      }),
    effects: (operation) =>
      Promise.resolve(
        operation === "import-solution"
          ? effects.imports
          : operation === "publish"
            ? effects.publishes
            : operation === "restore-topics"
              ? effects.topics
              : Number(effects.files > 0),
      ),
    wrongSettings: [
      {},
      { environmentUrl: "ftp://x", tenantId, clientId, solution: "HelpAgent", bot: "b" },
      { environmentUrl: server.url, tenantId, clientId, solution: "x' or 1 eq 1", bot: "b" },
      { environmentUrl: server.url, tenantId, clientId, solution: "HelpAgent", bot: "b')" },
      {
        environmentUrl: server.url,
        tenantId,
        clientId,
        solution: "S",
        bot: "b",
        reissued: { a: "../x.zip" },
      },
    ],
    stop: async () => {
      await rm(folder, { recursive: true });
      await server.stop();
    },
  };
}

describe("copilot-studio", () => {
  let one: Open;
  beforeEach(async () => {
    one = await open("code");
  });
  afterEach(() => one.stop());
  const { plan, step, run, artifacts, inspect, identify } = underTest(() => one);
  const configuration = { component: "configuration" } as const;
  const knowledge = { component: "knowledge_base" } as const;
  const textOf = (name: string): string | undefined =>
    one.server.parts.find((part) => part.name === name)?.file?.toString("utf8");

  it("imports the file of the version, polls its job, and Dataverse itself says which version is installed", async () => {
    const { receipt, fault } = await run("import-solution");
    expect(fault).toBeNull();
    expect(one.server.installed.version).toBe("2.3.0.0");
    expect(receipt?.data["sha256"]).toMatch(/^[0-9a-f]{64}$/);
    expect(one.server.calls(importPath)).toHaveLength(1);
  });

  it("says what an import leaves behind", async () => {
    expect((await plan("import-solution")).notReverted?.[0]?.what).toContain("Components that only");
  });

  it("refuses to go below a managed solution with what to do, and imports the reissued content", async () => {
    await one.stop();
    one = await open("code", true);
    const said = await plan("import-solution").catch((error: unknown) => error);
    expect(said).toMatchObject({ kind: "permanent", code: "LOWER_VERSION" });
    one.settings["reissued"] = { "2.3.0": "reissue.zip" };
    expect((await run("import-solution")).fault).toBeNull();
    expect(one.server.installed.version).toBe("2.4.0.1");
  });

  it.each([
    ["the connection is cut", { drop: "after" as const }],
    ["500 is answered", { after: dataverseProblem(500, "oops") }],
    ["nonsense is answered", { after: { status: 200, body: { hello: 1 } } }],
  ])("when after the effect %s, it finds the import and asks once", async (_how, fault) => {
    one.server.fail({ on: importPath, times: 1, ...fault });
    expect((await run("import-solution")).fault).toBeNull();
    expect(one.server.calls(importPath)).toHaveLength(1);
  });

  it("when the request was lost, says that it may be asked again, which then works", async () => {
    one.server.fail({ on: importPath, times: 1, drop: "before" });
    const { desired } = await plan("import-solution");
    expect((await step("import-solution", desired)).fault).toMatchObject({
      kind: "transient",
      code: "IMPORT_NOT_SEEN",
    });
    expect((await step("import-solution", desired, "unknown")).fault).toBeNull();
    expect(one.server.effects.imports).toBe(1);
  });

  it("names an import that failed, was cancelled, or hangs", async () => {
    one.server.course.ends = 31;
    expect((await run("import-solution")).fault).toMatchObject({
      code: "IMPORT_FAILED",
      message: expect.stringContaining("Missing dependencies") as string,
    });
    one.server.course.ends = 32;
    expect((await run("import-solution")).fault).toMatchObject({ code: "IMPORT_CANCELLED" });
    one.server.course.looks = 10_000;
    one.settings["importSeconds"] = 1;
    expect((await run("import-solution")).fault).toMatchObject({ kind: "unknown", code: "IMPORT_HANGS" });
  });

  it.each([
    [401, "permanent", "NOT_AUTHENTICATED"],
    [403, "permanent", "NOT_PERMITTED"],
    [409, "transient", "CONFLICT"],
    [400, "permanent", "REFUSED"],
  ])("an answer %i to the import is a %s fault %s", async (status, kind, code) => {
    one.server.fail({ on: importPath, instead: dataverseProblem(status, "no") });
    expect((await run("import-solution")).fault).toMatchObject({ kind, code });
    expect(one.server.effects.imports).toBe(0);
  });

  it("waits when Dataverse throttles", async () => {
    const throttled = { ...dataverseProblem(429, "slow down"), headers: { "retry-after": "0" } };
    one.server.fail({ on: solutionsPath, times: 2, instead: throttled });
    one.server.fail({ on: importPath, times: 1, instead: throttled });
    expect((await run("import-solution")).fault).toBeNull();
    expect(one.server.effects.imports).toBe(1);
  });

  it("refuses a file that is missing, cut off, of another solution, or not what was deployed or signed", async () => {
    const { desired } = await plan("import-solution");
    const file = path.join(one.folder, "HelpAgent_2.3.0.zip");
    const whole = solutionFile("HelpAgent", "2.3.0.0", false);
    expect(
      await refusal(plan("import-solution", artifacts({ imageDigest: `sha256:${"0".repeat(64)}` }))),
    ).toBe("permanent PACKAGE_CHANGED");
    for (const [content, code] of [
      [whole.subarray(0, whole.length - 30), "PACKAGE_CORRUPT"],
      [Buffer.from("no archive"), "PACKAGE_CORRUPT"],
      [solutionFile("Other", "2.3.0.0", false), "OTHER_SOLUTION"],
      [solutionFile("HelpAgent", "2.3.0.0", true), "OTHER_KIND"],
    ] as const) {
      await writeFile(file, content);
      expect(await refusal(plan("import-solution"))).toBe(`permanent ${code}`);
    }
    await writeFile(file, solutionFile("HelpAgent", "2.3.0.9", false));
    expect((await step("import-solution", desired)).fault).toMatchObject({ code: "PACKAGE_CHANGED" });
    await rm(file);
    expect(await refusal(plan("import-solution"))).toBe("permanent PACKAGE_MISSING");
  });

  it("sends nothing when somebody imported since", async () => {
    const { desired } = await plan("import-solution");
    one.server.installed.version = "2.5.0.0";
    expect((await step("import-solution", desired)).fault).toMatchObject({ code: "DRIFT" });
    expect(one.server.calls(importPath)).toHaveLength(0);
  });

  it("sets the topics that differ and leaves those that the version did not have, saying so", async () => {
    const planned = await plan("restore-topics", configuration);
    expect(planned.notReverted?.[0]?.what).toContain("OnlyNew");
    one.server.fail({ on: topicPath, times: 1, drop: "after" });
    expect((await step("restore-topics", planned.desired)).fault?.kind).toBe("transient");
    expect((await step("restore-topics", planned.desired, "unknown")).fault).toBeNull();
    expect(one.server.parts.find(({ name }) => name === "Greeting")?.data).toBe("kind: old greeting");
    expect(one.server.effects.topics).toBe(1);
  });

  it("makes no topic by itself", async () => {
    const { desired } = await plan("restore-topics", configuration);
    one.server.parts.shift();
    expect((await step("restore-topics", desired)).fault).toMatchObject({ code: "TOPIC_MISSING" });
  });

  it("puts back exactly the knowledge files of the version, binary ones too, and takes out the others", async () => {
    one.server.fail({ on: commitPath, times: 1, drop: "before" });
    const { desired } = await plan("restore-knowledge", knowledge);
    expect((await step("restore-knowledge", desired)).fault?.kind).toBe("transient");
    // Until the blocks are committed the file is as it was.
    expect(textOf("prices.md")).toBe("prices of 2.4");
    expect((await step("restore-knowledge", desired, "unknown")).fault).toBeNull();
    const files = one.server.parts.filter(({ componenttype }) => componenttype === 14);
    expect(files.map(({ name }) => name).sort()).toEqual(["manual.pdf", "prices.md"]);
    expect(textOf("prices.md")).toBe("prices of 2.3");
    expect(files.find(({ name }) => name === "manual.pdf")?.file).toEqual(binary);
  });

  it("refuses to take every knowledge file away", async () => {
    await rm(path.join(one.folder, "2.3.0"), { recursive: true });
    expect(await refusal(plan("restore-knowledge", knowledge))).toBe("permanent BACKUP_MISSING");
    await mkdir(path.join(one.folder, "2.3.0"));
    expect(await refusal(plan("restore-knowledge", knowledge))).toBe("permanent BACKUP_EMPTY");
  });

  it("publishes once whatever changed since, and not again when nothing did", async () => {
    await run("import-solution");
    one.server.fail({ on: publishPath, times: 1, drop: "after" });
    const { desired } = await plan("publish");
    expect((await step("publish", desired)).fault?.kind).toBe("transient");
    expect(await step("publish", desired, "unknown")).toMatchObject({ fault: null, receipt: null });
    expect(one.server.effects).toMatchObject({ publishes: 1, customizations: 1 });
  });

  it("names a wrong secret, an unknown agent and an address that is not allowed", async () => {
    one.secrets["clientSecret"] = "wrong";
    expect(await refusal(plan("import-solution"))).toBe("permanent NOT_AUTHENTICATED");
    one.secrets["clientSecret"] = secret;
    one.settings["bot"] = "cr1_none";
    expect(await refusal(plan("restore-topics", configuration))).toBe("permanent NO_BOT");
    one.allow = [];
    expect(await refusal(plan("import-solution"))).toBe("permanent ADDRESS_REFUSED");
  });

  it("shows at registration what is installed, and which environment it is", async () => {
    expect((await inspect())?.current).toMatchObject({ version: "2.4.0.0", detail: "unmanaged" });
    expect((await identify())?.kind).toBe("dataverse-organization");
  });
});
