import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { startGitHttp, twoReleases } from "#e2e/targets/git-http.ts";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import type { JsonObject } from "#lib/domain/json.ts";

/** To go back to 1.0.0, deployed from this commit. */
export const requestFor = (commit: string | null, version = "1.0.0"): PlanRequest => {
  const request = planRequest({ version, revision: null });
  return { ...request, to: { ...request.to, artifacts: { ...request.to.artifacts, commit } } };
};

/** A repository with two releases, for the contract suite. */
export async function gitCase(token: string, settings: JsonObject): Promise<ContractCase> {
  const server = await startGitHttp(token);
  const good = await twoReleases(server);
  return {
    adapter: "git",
    settings: { url: server.url, tagName: "v{version}", ...settings },
    secrets: { token },
    allow: [server.address],
    request: requestFor(good),
    fingerprint: () => Promise.resolve(server.git("for-each-ref")),
    effects: () => Promise.resolve(server.pushes()),
    wrongSettings: [
      {},
      { url: "ssh://git@example.com/a.git" },
      { url: "ext::sh -c touch% owned" },
      { url: "https://user:secret@example.com/a.git" },
      { url: "--upload-pack=touch owned" },
      { url: server.url, branch: "--force" },
      { url: server.url, branch: "+main" },
      { url: server.url, branch: "main:other" },
      { url: server.url, branch: "a..b" },
      { url: server.url, tagName: "latest" },
      { url: server.url, paths: ["../x"] },
      { url: server.url, paths: ["-x"] },
      { url: server.url, paths: [] },
      { url: server.url, git: "git" },
    ],
    stop: () => server.stop(),
  };
}
