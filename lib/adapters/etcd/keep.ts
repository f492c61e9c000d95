import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { AdapterContext, Executor, Receipt } from "#lib/adapters/contract.ts";
import { openEtcd } from "#lib/adapters/etcd/client.ts";
import { readPrefix, toBase64 } from "#lib/adapters/etcd/prefix.ts";
import type { State } from "#lib/adapters/etcd/prefix.ts";
import type { Keep, Settings } from "#lib/adapters/etcd/schema.ts";
import { mostSnapshotBytes } from "#lib/adapters/etcd/wanted-state.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { keepCopy, readPlainFile } from "#lib/adapters/plain-file.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;
/** Null: the file is not there. */
export type Kept = { sha256: string | null };

/** Writes the prefix as it was at the revision of the plan: the same bytes whenever it is done. */
export const keepExecutor: Executor<Settings, Keep, Kept> = {
  observe: async (ctx, desired) => ({ sha256: await hashThere(ctx, desired) }),
  stable: (observed) => observed,
  isDone: (desired, { sha256 }) => sha256 === desired.sha256,
  apply: keep,
  verify: async (ctx, desired) => {
    const found = await hashThere(ctx, desired);
    return [
      evidence(
        "Configuration before the rollback",
        found === desired.sha256,
        `${fileOf(ctx, desired)} ${found === null ? "is not there" : `has the hash ${found.slice(0, 12)}`}.`,
      ),
    ];
  },
};

async function keep(ctx: Context, desired: Keep): Promise<Receipt> {
  const file = fileOf(ctx, desired);
  const content = Buffer.from(snapshotText(await readPrefix(openEtcd(ctx), desired.revision)));
  if (createHash("sha256").update(content).digest("hex") !== desired.sha256)
    throw new Fault(
      "permanent",
      "DRIFT",
      `Revision ${desired.revision} is not what was signed: another cluster answers.`,
      "Make a new plan from what is there now.",
    );
  const folder = await stat(path.dirname(file)).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw folderMissing(file);
    throw error;
  });
  // Values may be secrets.
  await keepCopy(file, content, Object.assign(folder, { mode: 0o600 }), ctx.effectKey);
  return {
    changed: true,
    summary: `Kept revision ${desired.revision} as ${file}.`,
    data: { file, sha256: desired.sha256 },
  };
}

/** As etcdctl get --prefix -w json prints it, so that people can use it too. */
export function snapshotText({ revision, entries }: State): string {
  const kvs = [...entries]
    .filter(([, { hasLease }]) => !hasLease)
    .map(([key, { value, modRevision }]) => ({ key: toBase64(key), value, mod_revision: modRevision }));
  return `${JSON.stringify({ header: { revision }, kvs, count: kvs.length })}\n`;
}

const fileOf = ({ settings }: Context, { file }: Keep): string =>
  path.join(settings.snapshotFolder ?? "/", file);

async function hashThere(ctx: Context, desired: Keep): Promise<string | null> {
  return (await readPlainFile(fileOf(ctx, desired), mostSnapshotBytes))?.sha256 ?? null;
}

const folderMissing = (file: string): Fault =>
  new Fault(
    "permanent",
    "FOLDER_MISSING",
    `The folder of ${file} is not there.`,
    "Create the snapshot folder on the worker's machine, writable by the worker's user.",
  );
