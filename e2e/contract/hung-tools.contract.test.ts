import { rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { refusal, underTest } from "#e2e/contract/adapter-under-test.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { folderPrint, temporaryFolder } from "#e2e/contract/folder-print.ts";
import { agentRepository } from "#e2e/contract/langchain-repository.ts";
import { hangingTool } from "#e2e/fixtures/hanging-tool.ts";
import type { HangingTool } from "#e2e/fixtures/hanging-tool.ts";
import { requestFor } from "#e2e/targets/git-case.ts";
import { gitMissing, startGitHttp, twoReleases } from "#e2e/targets/git-http.ts";
import { describeWith, programPath } from "#e2e/targets/needs.ts";

const git = programPath("git") ?? "/usr/bin/git";

async function folderOfTest(): Promise<string> {
  const folder = await temporaryFolder();
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe("a tool that hangs is ended at its limit and named", () => {
  describeWith("git", gitMissing, () => {
    async function open(word: string): Promise<{ one: ContractCase; tool: HangingTool; refs: () => string }> {
      const server = await startGitHttp("token");
      onTestFinished(() => server.stop());
      const tool = hangingTool(await folderOfTest(), git, word);
      const good = await twoReleases(server);
      const one = {
        adapter: "git",
        settings: { url: server.url, tagName: "v{version}", git: tool.path, timeoutSeconds: 3 },
        secrets: { token: "token" },
        allow: [server.address],
        request: requestFor(good),
        fingerprint: () => Promise.resolve(null),
        effects: () => Promise.resolve(0),
        wrongSettings: [],
        stop: () => Promise.resolve(),
      };
      return { one, tool, refs: () => server.git("for-each-ref") };
    }

    it("in a look: nothing was changed", async () => {
      const { one, tool } = await open("fetch");
      expect(await refusal(underTest(() => one).plans("revert-commit"))).toBe("transient TIMEOUT");
      expect(tool.state()).toBe("ended");
    });

    it("in a push: the branch is looked at, and the next attempt pushes once", async () => {
      const { one, tool, refs } = await open("push");
      const before = refs();
      const { plan, step } = underTest(() => one);
      const { desired } = await plan("revert-commit");
      const { fault, receipt } = await step("revert-commit", desired);
      expect(fault).toMatchObject({ kind: "transient", code: "PUSH_NOT_SEEN" });
      expect(fault?.message).toContain("stopped after 3 s");
      expect(receipt).toBeNull();
      expect(tool.state()).toBe("ended");
      expect(refs()).toBe(before);
      one.settings = { ...one.settings, git };
      expect((await step("revert-commit", desired, "unknown")).receipt).toMatchObject({ changed: true });
    });
  });

  describeWith("git, from which an agent's files are read", gitMissing, () => {
    it("and the files that serve are left alone", async () => {
      const folder = await folderOfTest();
      const { good } = await agentRepository(folder);
      const tool = hangingTool(await folderOfTest(), git, "cat-file");
      const into = path.join(folder, "current");
      const request = planRequest();
      const one: ContractCase = {
        adapter: "langchain",
        settings: {
          ...{ repository: path.join(folder, "repository"), into, git: tool.path, timeoutMs: 1500 },
          ...{ modelFile: "agent/model.json", toolsFile: "agent/tools.json" },
          ...{ memoryFile: "agent/memory.json", promptsFolder: "agent/prompts" },
        },
        secrets: {},
        allow: [],
        request: {
          ...request,
          component: "configuration",
          to: { ...request.to, artifacts: { ...request.to.artifacts, commit: good } },
        },
        fingerprint: () => folderPrint(into),
        effects: () => Promise.resolve(0),
        wrongSettings: [],
        stop: () => Promise.resolve(),
      };
      const before = await one.fingerprint();
      expect(await refusal(underTest(() => one).plans("restore-tools"))).toBe("transient GIT_STOPPED");
      expect(tool.state()).toBe("ended");
      expect(await one.fingerprint()).toEqual(before);
    });
  });
});
