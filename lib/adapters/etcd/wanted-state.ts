import path from "node:path";
import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import type { Etcd } from "#lib/adapters/etcd/client.ts";
import { KeyValue, readPrefix, stateHash, toEntry } from "#lib/adapters/etcd/prefix.ts";
import type { State } from "#lib/adapters/etcd/prefix.ts";
import type { Settings, Wanted } from "#lib/adapters/etcd/schema.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { readPlainFile } from "#lib/adapters/plain-file.ts";
import { safeName } from "#lib/adapters/stored-revision.ts";
import { Fault } from "#lib/domain/errors.ts";

const Snapshot = z.object({ kvs: z.array(KeyValue).default([]), more: z.boolean().default(false) });
export const mostSnapshotBytes = 64 * 1024 * 1024;

type Found = { state: State; from: string };

/**
 * The prefix as it was: at a past revision of the cluster itself, or as a stored snapshot has it where that revision is
 * compacted or is no number. Throws Fault `permanent` when it cannot be had.
 */
export async function findWanted(etcd: Etcd, revision: string): Promise<Found> {
  const { prefix } = etcd.ctx.settings;
  const name = safeName(revision, "configuration revision");
  const found = (await atRevision(etcd, name)) ?? (await readSnapshot(etcd.ctx, name));
  if (found.state.entries.size > 0) return found;
  throw new Fault(
    "permanent",
    "NOTHING_THERE",
    `Nothing stood under ${prefix} at ${revision}; putting that back would remove every key.`,
    "Check the prefix in the settings and the revision in the deployment record.",
  );
}

/** The same again, and it is what was signed. Throws Fault `permanent` BACKUP_CHANGED. */
export async function findSigned(etcd: Etcd, wanted: Wanted): Promise<Found> {
  const found = await findWanted(etcd, wanted.revision);
  if (stateHash(found.state, wanted.leased) === wanted.sha256) return found;
  throw new Fault(
    "permanent",
    "BACKUP_CHANGED",
    `${found.from} is not what was signed.`,
    "Find out who changed it. Make a new plan, so that approvers see what it would do now.",
  );
}

/** Null: look for a snapshot instead. */
async function atRevision(etcd: Etcd, name: string): Promise<Found | null> {
  if (!/^[1-9]\d{0,14}$/.test(name)) return null;
  try {
    return { state: await readPrefix(etcd, Number(name)), from: `Revision ${name} of the cluster` };
  } catch (error) {
    const isGone =
      error instanceof Fault && (error.code === "REVISION_COMPACTED" || error.code === "FUTURE_REVISION");
    if (!isGone) throw error;
    const file = snapshotFile(etcd.ctx.settings, name);
    if (file === null || (await readPlainFile(file, mostSnapshotBytes)) === null) throw error;
    return null;
  }
}

async function readSnapshot(ctx: AdapterContext<Settings>, name: string): Promise<Found> {
  const { prefix } = ctx.settings;
  const file = snapshotFile(ctx.settings, name);
  if (file === null)
    throw new Fault(
      "permanent",
      "NO_SNAPSHOT_FOLDER",
      `${name} is no revision of a cluster, and no folder of snapshots is set.`,
      "Report deployments with the cluster's revision (a number) as configurationRevision, or set snapshotFolder.",
    );
  const stored = await readPlainFile(file, mostSnapshotBytes);
  if (stored === null)
    throw new Fault(
      "permanent",
      "BACKUP_MISSING",
      `There is no snapshot ${name}: ${file} is not there.`,
      "Put the file there, or choose a version whose configuration was kept.",
    );
  const snapshot = Snapshot.safeParse(parseJson(stored.content.toString("utf8")));
  if (!snapshot.success || snapshot.data.more)
    throw corrupt(file, "it is not the whole answer of etcdctl get --prefix -w json");
  const entries = new Map(snapshot.data.kvs.map(toEntry));
  if ([...entries.keys()].some((key) => !key.startsWith(prefix)))
    throw corrupt(file, `it holds keys outside ${prefix}`);
  if (entries.size !== snapshot.data.kvs.length) throw corrupt(file, "a key stands in it twice");
  return { state: { revision: 0, entries }, from: file };
}

const snapshotFile = ({ snapshotFolder }: Settings, name: string): string | null =>
  snapshotFolder === undefined ? null : path.join(snapshotFolder, `${name}.json`);

const corrupt = (file: string, why: string): Fault =>
  new Fault(
    "permanent",
    "BACKUP_CORRUPT",
    `${file} cannot be used: ${why}.`,
    "Replace it by a whole snapshot, or choose a version whose configuration was kept.",
  );
