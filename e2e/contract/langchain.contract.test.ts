import { readdirSync, readFileSync } from "node:fs";
import { rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { temporaryFolder } from "#e2e/contract/folder-print.ts";
import { agentRepository } from "#e2e/contract/langchain-repository.ts";
import {
  goodHash,
  langsmithProblem,
  moveTagPath,
  startLangsmith,
  tagsPath,
} from "#e2e/contract/langsmith-server.ts";
import type { LangsmithServer } from "#e2e/contract/langsmith-server.ts";
import type { Component } from "#lib/domain/service.ts";

const apiKey = 'ls_"key" 42/+';

contractSuite("langchain", { make: () => open("code", "git") }, "model from git");
contractSuite("langchain", { make: () => open("configuration", "git") }, "files from git");
contractSuite("langchain", { make: () => open("configuration", "registry") }, "prompts from the registry");

type Open = ContractCase & {
  server: LangsmithServer;
  folder: string;
  commits: { good: string; bad: string };
};

async function open(component: Component, source: "git" | "registry"): Promise<Open> {
  const folder = await temporaryFolder();
  const commits = await agentRepository(folder);
  const server = await startLangsmith(apiKey);
  const into = path.join(folder, "current");
  const pins = { prompts: { greeting: goodHash.slice(0, 12) }, samples: { greeting: { name: "Ada" } } };
  await writeFile(path.join(folder, "2.3.0.json"), JSON.stringify(pins));
  const request = planRequest();
  const read = (name: string): string => readFileSync(path.join(into, name), "utf8");
  return {
    server,
    folder,
    commits,
    adapter: "langchain",
    settings: {
      repository: path.join(folder, "repository"),
      into,
      modelFile: "agent/model.json",
      toolsFile: "agent/tools.json",
      memoryFile: "agent/memory.json",
      promptsFolder: "agent/prompts",
      samplesFile: "agent/samples.json",
      revisions: folder,
      timeoutMs: 5000,
      ...(source === "registry" && { registry: { url: server.url, prompts: ["greeting"] } }),
    },
    secrets: { apiKey },
    allow: [server.address],
    request: {
      ...request,
      component,
      to: { ...request.to, artifacts: { ...request.to.artifacts, commit: commits.good } },
    },
    fingerprint: async () => ({
      moves: server.effects.moves,
      tag: server.tagged(),
      files: readdirSync(into, { recursive: true }).map(String).sort(),
      times: await Promise.all(
        ["model.json", "tools.json", "memory.json", "prompts/system.txt"].map(
          async (name) => (await stat(path.join(into, name))).ctimeMs,
        ),
      ),
    }),
    effects: (operation) => {
      const isDone = {
        "pin-model": () => read("model.json").includes("sonnet"),
        "restore-tools": () => !read("tools.json").includes("shell"),
        "restore-memory": () => read("memory.json").includes("10}"),
        "pin-prompts": () => source === "registry" || read("prompts/system.txt").includes("{name}"),
      }[operation];
      if (operation === "pin-prompts" && source === "registry") return Promise.resolve(server.effects.moves);
      return Promise.resolve(Number(isDone?.() ?? false));
    },
    wrongSettings: [
      {},
      { into: "relative" },
      { into, modelFile: "../model.json" },
      { into, modelFile: "/etc/passwd" },
      { into, promptsFolder: "a/../b" },
      { into, registry: { prompts: [] } },
      { into, registry: { prompts: ["a/b"] } },
    ],
    stop: async () => {
      await rm(folder, { recursive: true });
      await server.stop();
    },
  };
}

describe("langchain with files in git", () => {
  let one: Open;
  beforeEach(async () => {
    one = await open("configuration", "git");
  });
  afterEach(() => one.stop());
  const { plan, step, run, artifacts, inspect } = underTest(() => one);
  const current = (name: string): string => readFileSync(path.join(one.folder, "current", name), "utf8");
  const code = { component: "code" } as const;

  it("puts the model back by its full name, as it was at the commit", async () => {
    expect((await run("pin-model", code)).fault).toBeNull();
    expect(current("model.json")).toContain("claude-sonnet-4-20250514");
  });

  it("refuses a model that is named by an alias, which tomorrow is another one", async () => {
    const changes = { ...code, ...artifacts({ commit: one.commits.bad }) };
    expect(await refusal(plan("pin-model", changes))).toBe("permanent MODEL_NOT_PINNED");
  });

  it("puts back exactly the templates of the commit and takes out the others, then fills each of them", async () => {
    expect((await run("pin-prompts")).fault).toBeNull();
    expect(readdirSync(path.join(one.folder, "current", "prompts")).sort()).toEqual([
      "answer.mustache",
      "system.txt",
    ]);
    const { evidence } = await run("render-prompts");
    expect(evidence.map(({ title, ok }) => [title, ok])).toEqual([
      ["Prompt templates", true],
      ["answer.mustache", true],
      ["system.txt", true],
    ]);
  });

  it("names the file and the variable that has no value, and the file whose syntax is wrong", async () => {
    const bad = artifacts({ commit: one.commits.bad });
    await run("pin-prompts", bad);
    const { evidence } = await run("render-prompts", bad);
    const said = evidence.filter(({ ok }) => !ok).map(({ detail }) => detail);
    expect(said).toEqual([
      "added.txt, line 1: a { is never closed.",
      "system.txt, line 1: no value for the variable nam.",
    ]);
  });

  it("fills nothing that is not what was signed", async () => {
    const { desired } = await plan("render-prompts");
    expect((await step("render-prompts", desired)).fault).toMatchObject({ code: "PROMPT_DIFFERS" });
  });

  it("refuses a commit that is missing, abbreviated or not recorded, a file that it lacks, and what is no repository", async () => {
    for (const [commit, code] of [
      ["0".repeat(40), "COMMIT_MISSING"],
      ["main", "INVALID_COMMIT"],
      [one.commits.good.slice(0, 10), "INVALID_COMMIT"],
      [null, "NO_COMMIT"],
    ] as const)
      expect(await refusal(plan("restore-tools", artifacts({ commit })))).toBe(`permanent ${code}`);
    one.settings["toolsFile"] = "agent/none.json";
    expect(await refusal(plan("restore-tools"))).toBe("permanent FILE_NOT_IN_COMMIT");
    one.settings["repository"] = one.folder;
    expect(await refusal(plan("restore-memory"))).toBe("permanent NO_REPOSITORY");
    delete one.settings["repository"];
    expect(await refusal(plan("restore-memory"))).toBe("permanent NO_REPOSITORY");
  });

  it("says so when git is not there, and at registration which one is", async () => {
    expect((await inspect())?.tools[0]).toMatchObject({
      name: "git",
      version: expect.stringMatching(/^2/) as string,
    });
    one.settings["git"] = "/nonexistent/git";
    expect(await refusal(plan("restore-tools"))).toBe("permanent TOOL_MISSING");
    expect((await inspect())?.tools[0]).toHaveProperty("missing");
  });
});

describe("langchain with prompts in a registry", () => {
  let one: Open;
  beforeEach(async () => {
    one = await open("configuration", "registry");
  });
  afterEach(() => one.stop());
  const { plan, step, run } = underTest(() => one);

  it("lets the tag name the commit of the revision, and the registry itself serves it", async () => {
    expect((await run("pin-prompts")).fault).toBeNull();
    expect(one.server.tagged()).toBe(goodHash);
    expect((await run("render-prompts")).evidence.map(({ ok }) => ok)).toEqual([true, true]);
  });

  it("makes the tag where there is none", async () => {
    one.server.untag();
    expect((await run("pin-prompts")).fault).toBeNull();
    expect(one.server.tagged()).toBe(goodHash);
  });

  it("moves the tag once when the answer was lost after the effect", async () => {
    one.server.fail({ on: moveTagPath, times: 1, drop: "after" });
    const { desired } = await plan("pin-prompts");
    expect((await step("pin-prompts", desired)).fault?.kind).toBe("transient");
    expect((await step("pin-prompts", desired, "unknown")).fault).toBeNull();
    expect(one.server.effects.moves).toBe(1);
  });

  it("names the prompt and the variable when the served template cannot be filled", async () => {
    one.server.manifests[goodHash] = "Hello {nobody}";
    await run("pin-prompts");
    const [, rendered] = (await run("render-prompts")).evidence;
    expect(rendered).toMatchObject({
      ok: false,
      detail: "greeting, line 1: no value for the variable nobody.",
    });
  });

  it.each([
    [401, "permanent", "NOT_AUTHENTICATED"],
    [403, "permanent", "NOT_PERMITTED"],
    [404, "permanent", "NOT_THERE"],
    [409, "transient", "CONFLICT"],
    [500, "transient", "NO_CLEAR_ANSWER"],
  ])("an answer %i to the move of a tag is a %s fault %s", async (status, kind, code) => {
    one.server.fail({ on: moveTagPath, instead: langsmithProblem(status, "no") });
    expect((await run("pin-prompts")).fault).toMatchObject({ kind, code });
    expect(one.server.effects.moves).toBe(0);
  });

  it("waits when the registry throttles", async () => {
    const throttled = { ...langsmithProblem(429, "slow down"), headers: { "retry-after": "0" } };
    one.server.fail({ on: tagsPath, times: 2, instead: throttled });
    expect((await run("pin-prompts")).fault).toBeNull();
  });

  it("refuses a commit that is gone, a prompt that is not recorded, and a revision that is broken or missing", async () => {
    const file = path.join(one.folder, "2.3.0.json");
    for (const [content, code] of [
      ['{"prompts":{"greeting":"cccccccc"}}', "COMMIT_MISSING"],
      ['{"prompts":{}}', "PROMPT_NOT_RECORDED"],
      ['{"prompts":{"greeting":"latest"}}', "BACKUP_CORRUPT"],
    ] as const) {
      await writeFile(file, content);
      expect(await refusal(plan("pin-prompts"))).toBe(`permanent ${code}`);
    }
    await rm(file);
    expect(await refusal(plan("pin-prompts"))).toBe("permanent BACKUP_MISSING");
  });

  it("names a wrong key and an unknown prompt", async () => {
    one.secrets["apiKey"] = "wrong";
    expect(await refusal(plan("pin-prompts"))).toBe("permanent NOT_AUTHENTICATED");
    one.secrets["apiKey"] = apiKey;
    one.settings["registry"] = { url: one.server.url, prompts: ["none"] };
    await writeFile(path.join(one.folder, "2.3.0.json"), '{"prompts":{"none":"cccccccc"}}');
    expect(await refusal(plan("pin-prompts"))).toBe("permanent PROMPT_GONE");
  });
});
