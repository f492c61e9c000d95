import { verifyChain, type ChainPoint } from "#lib/domain/audit-chain.ts";
import { lastCheckpoint, checkpointFile } from "#lib/platform/audit/checkpoint-file.ts";
import { isSignedBy, type Checkpoint } from "#lib/platform/audit/checkpoint.ts";
import { knownKeys } from "#lib/platform/audit/read-checkpoints.ts";
import { config } from "#lib/platform/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { chainRows } from "#lib/queries/audit/chain-rows.ts";

type Verified = { ok: boolean; evidence: string };

/** A record that nothing was signed over yet is read whole up to this length; a longer one must have been signed. */
const mostUnsigned = 10_000;
const limitMs = 30_000;

/**
 * Checks the record from the newest signed checkpoint on: that the signed entry stands as it was signed, that every
 * entry after it follows the one before, and that the head points at the last. Seconds at most, where `verifyAudit`
 * reads everything.
 */
export async function verifyTail(dataFolder = config().dataFolder): Promise<Verified> {
  // Read before the snapshot is taken: a checkpoint is only ever written over what has been committed.
  const checkpoint = lastCheckpoint(checkpointFile(dataFolder));
  const forged = checkpoint && forgery(checkpoint, dataFolder);
  if (forged) return { ok: false, evidence: forged };
  return db().$transaction((tx) => verifyFrom(tx, checkpoint), {
    isolationLevel: "RepeatableRead",
    timeout: limitMs,
    maxWait: 10_000,
  });
}

function forgery(checkpoint: Checkpoint, dataFolder: string): string | null {
  const key = knownKeys(dataFolder).get(checkpoint.key);
  if (key && isSignedBy(checkpoint, key)) return null;
  return `The newest checkpoint, over entry ${checkpoint.position}, was not signed by a known key.`;
}

async function verifyFrom(tx: Tx, checkpoint: Checkpoint | null): Promise<Verified> {
  const row = await tx.chainHead.findUnique({ where: { id: 1 } });
  if (!row) return { ok: false, evidence: "The head of the record is missing." };
  const head = { position: Number(row.position), hash: row.hash };
  if (checkpoint === null && head.position > mostUnsigned) {
    return { ok: false, evidence: `Nothing was signed over the record's ${head.position} entries.` };
  }
  if (checkpoint && head.position < checkpoint.position) {
    const evidence = `The record ends at entry ${head.position}, and ${checkpoint.position} was signed: its tail was cut.`;
    return { ok: false, evidence };
  }
  if (checkpoint && !(await standsAsSigned(tx, checkpoint))) {
    return { ok: false, evidence: `Entry ${checkpoint.position} is not the one that was signed.` };
  }
  const verifier = verifyChain(sha256, [], checkpoint);
  for await (const entry of chainRows(tx, null, checkpoint && BigInt(checkpoint.position))) {
    const problem = verifier.add(entry);
    if (problem) return { ok: false, evidence: problem.message };
  }
  const problem = verifier.end({ head });
  if (problem) return { ok: false, evidence: problem.message };
  return { ok: true, evidence: said(checkpoint, verifier.entries(), head.position) };
}

async function standsAsSigned(tx: Tx, { position, hash }: ChainPoint): Promise<boolean> {
  if (position === 0) return true;
  const entry = await tx.event.findUnique({ where: { position: BigInt(position) } });
  return entry?.hash === hash && sha256(entry.body) === hash;
}

function said(checkpoint: Checkpoint | null, entries: number, head: number): string {
  if (checkpoint === null) return `All ${head} entries follow each other. None was signed yet.`;
  const signed = `Entry ${checkpoint.position} stands as it was signed at ${checkpoint.at}`;
  return entries === 0
    ? `${signed}, and it is the last.`
    : `${signed}; ${entries === 1 ? "the one entry after it follows" : `the ${entries} entries after it follow`} unbroken.`;
}
