import { canonical } from "#lib/domain/canonical.ts";
import type { Json } from "#lib/domain/json.ts";
import { auditKey, pemOf } from "#lib/platform/audit/audit-key.ts";
import { signCheckpoint } from "#lib/platform/audit/checkpoint.ts";
import { clock } from "#lib/platform/clock.ts";
import { config } from "#lib/platform/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { chainRows } from "#lib/queries/audit/chain-rows.ts";

/** The record up to its present head, as lines with their line ends: header, entries, signed end. */
export async function* exportLines(dataFolder = config().dataFolder): AsyncGenerator<string> {
  const key = auditKey(dataFolder);
  const head = await db().chainHead.findUniqueOrThrow({ where: { id: 1 } });
  const exportedAt = clock.now().toISOString();
  yield line({ lastgood: "audit", version: 1, exportedAt, publicKey: pemOf(key.publicKey) });
  for await (const { position, hash, body } of chainRows(db(), head.position)) {
    const entry = readCanonical(body);
    yield line(entry === null ? { position, hash, body } : { position, hash, entry });
  }
  yield line({ end: signCheckpoint(key, { position: Number(head.position), hash: head.hash }, clock.now()) });
}

function readCanonical(body: string): Json {
  try {
    const entry = JSON.parse(body) as Json;
    return canonical(entry) === body ? entry : null;
  } catch {
    // Somebody changed the text: it goes out as it is, and verification finds it.
    return null;
  }
}

function line(value: Json): string {
  return `${JSON.stringify(value)}\n`;
}
