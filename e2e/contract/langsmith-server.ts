import { z } from "zod";
import { startContractServer } from "#e2e/contract/contract-server.ts";
import type { ContractServer, Reply } from "#e2e/contract/contract-server.ts";

/*
 * Prompts, their commits and their tags in LangSmith, described from its published OpenAPI document
 * (docs.langchain.com/langsmith/smith-api, tags and commits) and as github.com/langchain-ai/langsmith-sdk uses it.
 */
const Tag = z.strictObject({
  id: z.guid(),
  repo_id: z.guid(),
  commit_id: z.guid(),
  commit_hash: z.string().regex(/^[0-9a-f]{64}$/),
  tag_name: z.string(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
const Commit = z.looseObject({
  id: z.guid(),
  commit_hash: z.string(),
  parent_commit_hash: z.string().nullable(),
  manifest: z.looseObject({}),
});
const Problem = z.strictObject({ detail: z.string() });
export const langsmithProblem = (status: number, detail: string): Reply => ({ status, body: { detail } });

export const moveTagPath = "PATCH /api/v1/repos/:owner/:repo/tags/:tag";
export const tagsPath = "GET /api/v1/repos/:owner/:repo/tags";
const guid = (nth: number): string => `00000000-0000-4000-8000-${String(nth).padStart(12, "0")}`;
export const goodHash = "a1".repeat(32);
export const badHash = "b2".repeat(32);

export type LangsmithServer = ContractServer & {
  /** The commit that the tag `production` of `greeting` names. */
  tagged: () => string | null;
  untag: () => void;
  manifests: Record<string, string>;
  effects: { moves: number };
};

/** One prompt `greeting` with a good and a bad commit; the tag `production` names the bad one. */
export async function startLangsmith(key: string): Promise<LangsmithServer> {
  const commits = [badHash, goodHash].map((hash, nth) => ({ id: guid(nth + 1), hash }));
  const manifests: LangsmithServer["manifests"] = { [goodHash]: "Hello {name}", [badHash]: "Yo {nam}" };
  let tag: string | null = badHash;
  const effects = { moves: 0 };
  const at = "2026-11-20T08:00:00.000Z";
  const tagRow = (hash: string) => ({
    id: guid(9),
    repo_id: guid(8),
    commit_id: commits.find((commit) => commit.hash === hash)?.id ?? "",
    commit_hash: hash,
    tag_name: "production",
    created_at: at,
    updated_at: at,
  });
  const manifestOf = (hash: string) => ({
    lc: 1,
    type: "constructor",
    id: ["langchain_core", "prompts", "prompt", "PromptTemplate"],
    kwargs: { template: manifests[hash], template_format: "f-string", input_variables: ["name"] },
  });
  const move = (id: string): Reply => {
    const commit = commits.find((one) => one.id === id);
    if (!commit) return langsmithProblem(404, "Commit not found");
    tag = commit.hash;
    effects.moves += 1;
    return { status: 200, body: tagRow(commit.hash) };
  };
  const isKnown = (params: Record<string, string>): boolean =>
    params["owner"] === "-" && params["repo"] === "greeting";
  const unknown = langsmithProblem(404, "Repo not found");

  const server = await startContractServer(
    [
      {
        on: tagsPath,
        answers: { 200: z.array(Tag), 404: Problem },
        handle: ({ params }) =>
          isKnown(params) ? { status: 200, body: tag === null ? [] : [tagRow(tag)] } : unknown,
      },
      {
        on: "POST /api/v1/repos/:owner/:repo/tags",
        body: z.strictObject({ tag_name: z.string(), commit_id: z.guid() }),
        answers: { 200: Tag, 404: Problem },
        handle: ({ body }) => move((body as { commit_id: string }).commit_id),
      },
      {
        on: moveTagPath,
        body: z.strictObject({ commit_id: z.guid() }),
        answers: { 200: Tag, 404: Problem },
        handle: ({ body }) => move((body as { commit_id: string }).commit_id),
      },
      {
        on: "GET /commits/:owner/:repo",
        query: z.strictObject({ limit: z.string().regex(/^\d+$/), offset: z.string().regex(/^\d+$/) }),
        answers: { 200: z.strictObject({ commits: z.array(Commit), total: z.number() }), 404: Problem },
        handle: ({ params }) =>
          isKnown(params)
            ? {
                status: 200,
                body: {
                  commits: commits.map(({ id, hash }) => ({
                    id,
                    commit_hash: hash,
                    parent_commit_hash: null,
                    manifest: manifestOf(hash),
                  })),
                  total: commits.length,
                },
              }
            : unknown,
      },
      {
        on: "GET /commits/:owner/:repo/:commit",
        answers: {
          200: z.strictObject({
            commit_hash: z.string(),
            manifest: z.looseObject({}),
            examples: z.array(z.unknown()),
          }),
          404: Problem,
        },
        handle: ({ params }) => {
          const hash = params["commit"] === "production" ? tag : null;
          if (!isKnown(params) || hash === null) return unknown;
          return { status: 200, body: { commit_hash: hash, manifest: manifestOf(hash), examples: [] } };
        },
      },
    ],
    (headers) => (headers["x-api-key"] === key ? null : langsmithProblem(401, "Unauthorized")),
  );
  return { ...server, tagged: () => tag, untag: () => (tag = null), manifests, effects };
}
