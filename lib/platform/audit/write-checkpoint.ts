import { auditKey } from "#lib/platform/audit/audit-key.ts";
import { appendCheckpoint, checkpointFile, lastCheckpoint } from "#lib/platform/audit/checkpoint-file.ts";
import { signCheckpoint, type Checkpoint } from "#lib/platform/audit/checkpoint.ts";
import { clock } from "#lib/platform/clock.ts";
import { config } from "#lib/platform/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLog } from "#lib/platform/log.ts";

let reportedAt = 0;

/**
 * Signs the head of the record and puts it beside the database, when it moved since the newest checkpoint; null when
 * it did not. Every process that shares the data folder calls this each second: two lines over one entry do no harm.
 */
export async function writeCheckpoint(dataFolder = config().dataFolder): Promise<Checkpoint | null> {
  const row = await db().chainHead.findUniqueOrThrow({ where: { id: 1 } });
  const head = { position: Number(row.position), hash: row.hash };
  const file = checkpointFile(dataFolder);
  const newest = lastCheckpoint(file);
  if (head.position === 0 && newest === null) return null;
  if (newest && head.position < newest.position) {
    // Signing the shorter record would cover up what was cut; `audit verify` tells what is missing.
    if (reportedAt !== newest.position) {
      createLog("audit").error({ head: head.position, checkpoint: newest.position }, "the record was cut");
    }
    reportedAt = newest.position;
    return null;
  }
  if (newest?.position === head.position) return null;
  const checkpoint = signCheckpoint(auditKey(dataFolder), head, clock.now());
  appendCheckpoint(file, checkpoint);
  return checkpoint;
}
