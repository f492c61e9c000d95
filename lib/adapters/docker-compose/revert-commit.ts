import path from "node:path";
import type { AdapterContext, Executor, Receipt } from "#lib/adapters/contract.ts";
import { composeFile } from "#lib/adapters/docker-compose/files.ts";
import { filesOf } from "#lib/adapters/docker-compose/git-files.ts";
import type { Revert, Settings } from "#lib/adapters/docker-compose/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { keepCopy, readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
export type Observed = { files: Record<string, string | null> };

/** Puts the compose files back to what they were at a commit, each in one step; the replaced ones are kept. */
export const revertExecutor: Executor<Settings, Revert, Observed> = {
  observe: observeFiles,
  stable: (observed) => observed,
  isDone: (desired, { files }) =>
    Object.entries(desired.files).every(([file, sha256]) => files[file] === sha256),
  apply: revert,
  verify: async (ctx, desired) => {
    const { files } = await observeFiles(ctx, desired);
    return Object.entries(desired.files).map(([file, sha256]) =>
      evidence(
        "Compose file",
        files[file] === sha256,
        files[file] === sha256
          ? `${file} is as at ${desired.commit.slice(0, 12)}.`
          : `${file} differs from ${desired.commit.slice(0, 12)}.`,
      ),
    );
  },
};

export async function observeFiles(_ctx: Context, { files }: Revert): Promise<Observed> {
  const names = Object.keys(files);
  const found = await Promise.all(
    names.map(async (file) => [file, (await readPlainFile(file))?.sha256 ?? null] as const),
  );
  return { files: Object.fromEntries(found) };
}

async function revert(ctx: Context, desired: Revert): Promise<Receipt> {
  const { files } = await filesOf(ctx, desired.commit);
  const replaced: string[] = [];
  for (const [name, sha256] of Object.entries(desired.files)) {
    const old = files.find((one) => one.file === name);
    if (old?.sha256 !== sha256)
      throw new Fault(
        "permanent",
        "COMMIT_CHANGED",
        `The repository gives another ${name} for ${desired.commit.slice(0, 12)} than was signed.`,
        "Find out who changed the repository. Make a new plan.",
      );
    const present = await composeFile(name);
    if (present.sha256 === sha256) continue;
    const kept = `${name}.before-${present.sha256.slice(0, 12)}`;
    await keepCopy(kept, present.content, present.stat, `${ctx.effectKey} copy ${name}`);
    await replaceAtomically(name, old.content, present.stat, `${ctx.effectKey} ${name}`);
    ctx.log(
      `${path.basename(name)} is as at ${desired.commit.slice(0, 12)}; kept the one before as ${kept}.`,
    );
    replaced.push(name);
  }
  return {
    changed: replaced.length > 0,
    summary: replaced.length === 0 ? "They were so already." : `Put back ${replaced.join(", ")}.`,
    data: { commit: desired.commit, replaced },
  };
}
