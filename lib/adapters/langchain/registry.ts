import { z } from "zod";
import type { Executor, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import type { Context } from "#lib/adapters/langchain/git-files.ts";
import { StoredPins } from "#lib/adapters/langchain/schema.ts";
import type { Pins, Settings } from "#lib/adapters/langchain/schema.ts";
import { refuseWhenStopped, restJson } from "#lib/adapters/rest-call.ts";
import type { RestCall } from "#lib/adapters/rest-call.ts";
import { parseRevision, readRevision, revisionOf } from "#lib/adapters/stored-revision.ts";
import { Fault } from "#lib/domain/errors.ts";
import { Json } from "#lib/domain/json.ts";

/*
 * What is used of LangSmith's prompt API, from its published OpenAPI document (docs.langchain.com/langsmith/smith-api):
 * tags of a prompt name commits, and an agent that asks for a tag gets the commit that it names.
 */
const Tag = z.object({ tag_name: z.string(), commit_id: z.string(), commit_hash: z.string() });
const Commit = z.object({ id: z.string(), commit_hash: z.string() });
const Commits = z.object({ commits: z.array(Commit), total: z.number() });
const Manifest = z.object({ commit_hash: z.string(), manifest: Json });

type Registry = NonNullable<Settings["registry"]>;

function call<T>(ctx: Context, path: string, schema: z.ZodType<T>, more: Partial<RestCall> = {}): Promise<T> {
  return restJson(
    ctx,
    {
      url: under(registryOf(ctx).url, path),
      headers: { "x-api-key": ctx.secrets["apiKey"] ?? "" },
      timeoutMs: ctx.settings.timeoutMs,
      secret: "apiKey",
      ...more,
    },
    schema,
  );
}

export function registryOf({ settings }: Context): Registry {
  if (settings.registry !== undefined) return settings.registry;
  throw new Fault("permanent", "NO_REGISTRY", "The settings name no registry.", "Set registry.");
}

const gone = (prompt: string) => ({
  code: "PROMPT_GONE",
  message: `The registry has no prompt ${prompt}, or not that commit of it.`,
  advice: "Check owner and prompts in the settings; push the commit again if it was deleted.",
});

async function tagged(ctx: Context, prompt: string): Promise<string | null> {
  const { owner, tag } = registryOf(ctx);
  const tags = await call(ctx, `/api/v1/repos/${owner}/${prompt}/tags`, z.array(Tag), { gone: gone(prompt) });
  return tags.find(({ tag_name }) => tag_name === tag)?.commit_hash ?? null;
}

/** The commit whose full hash begins so. Throws Fault `permanent` COMMIT_MISSING. */
async function findCommit(ctx: Context, prompt: string, hash: string): Promise<z.output<typeof Commit>> {
  const { owner } = registryOf(ctx);
  for (let offset = 0; ; offset += 100) {
    const path = `/commits/${owner}/${prompt}?limit=100&offset=${offset}`;
    const { commits, total } = await call(ctx, path, Commits, { gone: gone(prompt) });
    const found = commits.find(({ commit_hash }) => commit_hash.startsWith(hash));
    if (found) return found;
    if (commits.length === 0 || offset + commits.length >= total) break;
  }
  throw new Fault(
    "permanent",
    "COMMIT_MISSING",
    `The prompt ${prompt} has no commit ${hash.slice(0, 12)}.`,
    "Correct the stored revision, or push that prompt again.",
  );
}

export async function storedPins(ctx: Context, revision: string): Promise<StoredPins> {
  const { revisions } = ctx.settings;
  if (revisions === undefined)
    throw new Fault(
      "permanent",
      "NO_REVISIONS",
      "The settings of this target name no folder of stored revisions.",
      "Set revisions to a folder that holds <revision>.json with the commit of each prompt.",
    );
  return parseRevision(await readRevision(revisions, revision, ".json"), StoredPins);
}

/** Which commit the tag names, by prompt. */
export type PinsObserved = Record<string, string | null>;

async function observe(ctx: Context, prompts: readonly string[]): Promise<PinsObserved> {
  const pairs = await Promise.all(
    prompts.map(async (prompt) => [prompt, await tagged(ctx, prompt)] as const),
  );
  return Object.fromEntries(pairs);
}

export async function planPins(ctx: Context, request: PlanRequest) {
  const { prompts, tag } = registryOf(ctx);
  const revision = revisionOf(request);
  const stored = await storedPins(ctx, revision);
  const commits: Record<string, string> = {};
  for (const prompt of prompts) {
    const hash = stored.prompts[prompt];
    if (hash === undefined)
      throw new Fault(
        "permanent",
        "PROMPT_NOT_RECORDED",
        `The stored revision ${revision} names no commit of the prompt ${prompt}.`,
        "Add it, or take the prompt out of the settings.",
      );
    commits[prompt] = (await findCommit(ctx, prompt, hash)).commit_hash;
  }
  const observed = await observe(ctx, prompts);
  const moves = prompts.filter((prompt) => observed[prompt] !== commits[prompt]);
  return {
    title:
      moves.length === 0
        ? `The tag ${tag} names the prompts of ${revision} already`
        : `Let the tag ${tag} name the commits of ${revision}: ${moves.map((name) => `${name} → ${commits[name]?.slice(0, 8) ?? ""}`).join(", ")}`,
    desired: { revision, tag, commits } satisfies Pins,
    observed,
  };
}

const isPinned = ({ commits }: Pins, observed: PinsObserved): boolean =>
  Object.entries(commits).every(([prompt, commit]) => observed[prompt] === commit);

export const pinsExecutor: Executor<Settings, Pins, PinsObserved> = {
  observe: (ctx, desired) => observe(ctx, Object.keys(desired.commits)),
  stable: (observed) => observed,
  isDone: isPinned,
  apply: async (ctx, desired): Promise<Receipt> => {
    const { owner } = registryOf(ctx);
    const moved: string[] = [];
    for (const [prompt, hash] of Object.entries(desired.commits)) {
      const present = await tagged(ctx, prompt);
      if (present === hash) continue;
      const { id } = await findCommit(ctx, prompt, hash);
      const path = `/api/v1/repos/${owner}/${prompt}/tags`;
      refuseWhenStopped(ctx);
      const sent =
        present === null
          ? call(ctx, path, Tag, { method: "POST", body: { tag_name: desired.tag, commit_id: id } })
          : call(ctx, `${path}/${desired.tag}`, Tag, { method: "PATCH", body: { commit_id: id } });
      await sent.catch((error: unknown) => {
        if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
        const advice = "It is looked at and, where needed, sent again: a repeat names the same commit.";
        throw new Fault("transient", error.code, error.message, advice);
      });
      moved.push(prompt);
    }
    return {
      changed: moved.length > 0,
      summary: `The tag ${desired.tag} names the commits of ${desired.revision}: ${moved.join(", ")}.`,
      data: { revision: desired.revision, moved },
    };
  },
  verify: async (ctx, desired) => [await pinsAsWanted(ctx, desired)],
};

export async function pinsAsWanted(ctx: Context, desired: Pins) {
  const observed = await observe(ctx, Object.keys(desired.commits));
  const said = Object.entries(observed).map(
    ([prompt, commit]) => `${prompt} ${commit?.slice(0, 12) ?? "none"}`,
  );
  return evidence(`Tag ${desired.tag}`, isPinned(desired, observed), `It names: ${said.join(", ")}.`);
}

/** The manifest that an agent gets which asks for the tag. */
export async function servedManifest(ctx: Context, prompt: string): Promise<z.output<typeof Manifest>> {
  const { owner, tag } = registryOf(ctx);
  return call(ctx, `/commits/${owner}/${prompt}/${tag}`, Manifest, { gone: gone(prompt) });
}
