import type { Actor } from "#lib/domain/actor.ts";
import { verifyChain, type ChainProblem } from "#lib/domain/audit-chain.ts";
import { knownKeys, readCheckpoints } from "#lib/platform/audit/read-checkpoints.ts";
import { config } from "#lib/platform/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { chainRows } from "#lib/queries/audit/chain-rows.ts";
import { assertMayRead } from "#lib/queries/authority/may-read.ts";

export type Verification = {
  ok: boolean;
  /** How many were found to be as they were written. */
  entries: number;
  /** The first position that is not. */
  firstBad?: number;
  problem?: { kind: ChainProblem["kind"] | "checkpoint"; message: string };
  /** The newest one that counts; null: none was found, so a cut tail cannot be ruled out. */
  checkpoint: { position: number; hash: string; at: string; key: string } | null;
};

type Sources = { checkpointFiles?: readonly string[]; keyFiles?: readonly string[]; dataFolder?: string };

const gone = "Checkpoints are signed here, and not one is there: they were removed.";
const limitMs = 30 * 60_000;

/**
 * Checks the whole record in the database against itself and against the signed checkpoints outside it, on one
 * snapshot. Reading goes on in batches; a million entries take about a minute.
 */
export async function verifyAudit(actor: Actor, sources: Sources = {}): Promise<Verification> {
  await assertMayRead(actor, "audit.read");
  const dataFolder = sources.dataFolder ?? config().dataFolder;
  // Read before the snapshot is taken: a checkpoint is only ever written over what has been committed.
  const keys = knownKeys(dataFolder, sources.keyFiles);
  const { valid, newest, forged } = await readCheckpoints(dataFolder, keys, sources.checkpointFiles);
  const checkpoint = newest && {
    position: newest.position,
    hash: newest.hash,
    at: newest.at,
    key: newest.key,
  };
  const verifier = verifyChain(sha256, valid);
  const problem = await db().$transaction(
    async (tx) => {
      for await (const row of chainRows(tx)) {
        const found = verifier.add(row);
        if (found) return found;
      }
      return verifier.end(await storedEnd(tx));
    },
    { isolationLevel: "RepeatableRead", timeout: limitMs, maxWait: 10_000 },
  );
  const entries = verifier.entries();
  if (problem) {
    const { position, kind, message } = problem;
    return { ok: false, entries, firstBad: position, problem: { kind, message }, checkpoint };
  }
  // Who could cut the tail could delete the file as well; but whatever signs here signs within seconds.
  const message =
    forged[0] ?? (knownKeys(dataFolder).size > 0 && valid.length === 0 && entries > 0 ? gone : undefined);
  if (message !== undefined)
    return { ok: false, entries, problem: { kind: "checkpoint", message }, checkpoint };
  return { ok: true, entries, checkpoint };
}

async function storedEnd(tx: Tx) {
  const head = await tx.chainHead.findUnique({ where: { id: 1 } });
  const places = await tx.eventStream.count();
  // Without its row, the head stands where no entry does.
  return { head: { position: Number(head?.position ?? -1), hash: head?.hash ?? "" }, places };
}
