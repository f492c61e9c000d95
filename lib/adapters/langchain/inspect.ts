import { readdir } from "node:fs/promises";
import type { Inspection } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { toolFound } from "#lib/adapters/find-program.ts";
import type { Context } from "#lib/adapters/langchain/git-files.ts";
import { registryOf, servedManifest } from "#lib/adapters/langchain/registry.ts";

/** A folder of files names no version by itself, so none is shown as current. */
export async function inspect(ctx: Context): Promise<Inspection> {
  const { settings, signal } = ctx;
  const seen = [];
  const there = await readdir(settings.into).catch(() => null);
  seen.push(
    evidence(
      "Folder of the agent",
      there !== null,
      there === null ? `${settings.into} cannot be read.` : `${settings.into} holds ${there.length} entries.`,
    ),
  );
  if (settings.registry !== undefined)
    for (const prompt of registryOf(ctx).prompts) {
      const { commit_hash } = await servedManifest(ctx, prompt);
      seen.push(evidence(`Prompt ${prompt}`, true, `${settings.registry.tag} names ${commit_hash}.`));
    }
  const tools =
    settings.repository === undefined ? [] : [await toolFound("git", settings.git, ["--version"], signal)];
  return { tools, evidence: seen, current: null, history: [] };
}
