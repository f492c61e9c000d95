import { actorRef, type Actor } from "#lib/domain/actor.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { streamName, type ChainEntry, type NewEvent } from "#lib/domain/event.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";

/**
 * Adds events to the hash chain and to the streams that show them, inside the caller's transaction, and tells
 * listeners once. Locking the head row gives the chain its order: take every other lock before this one.
 */
export async function appendEvents(
  tx: Tx,
  actor: Actor,
  events: readonly NewEvent[],
  now: Date,
): Promise<void> {
  const streams = [...new Set(events.flatMap(streamsOf))];
  const heads = await tx.$queryRaw<
    { position: bigint | null; hash: string | null; seqs: Record<string, number> }[]
  >`SELECT position, hash, seqs FROM lock_chain(${streams}::text[])`;
  const head = heads[0];
  if (!head?.hash) throw new Error("The head of the record is missing.");
  const seqs = new Map(Object.entries(head.seqs));
  let position = Number(head.position);
  let prev = head.hash;
  const rows = [];
  const places = [];
  for (const event of events) {
    position += 1;
    const at: { [stream: string]: number } = {};
    for (const stream of streamsOf(event)) {
      const seq = (seqs.get(stream) ?? 0) + 1;
      seqs.set(stream, seq);
      at[stream] = seq;
      places.push({ stream, seq, position });
    }
    const entry: ChainEntry = {
      position,
      at: now.toISOString(),
      type: event.type,
      actor: actorRef(actor),
      subject: event.subject,
      streams: at,
      data: event.data,
      prev,
    };
    const body = canonical(entry);
    const hash = sha256(body);
    rows.push({
      position,
      at: entry.at,
      type: event.type,
      actor_id: entry.actor.id,
      subject_kind: event.subject.kind,
      subject_id: event.subject.id,
      body,
      prev,
      hash,
    });
    prev = hash;
  }
  const payload = JSON.stringify({ position, streams: streams.slice(0, 60) });
  // One statement: every command waits for the head's row, so it is held for as short as can be.
  await tx.$executeRaw`
    WITH added AS (
      INSERT INTO event (position, at, type, actor_id, subject_kind, subject_id, body, prev, hash)
      SELECT position, at, type, actor_id, subject_kind, subject_id, body, prev, hash
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS row(position bigint, at timestamptz, type text,
        actor_id text, subject_kind text, subject_id text, body text, prev text, hash text)
    ), placed AS (
      INSERT INTO event_stream (stream, seq, position)
      SELECT stream, seq, position
      FROM json_to_recordset(${JSON.stringify(places)}::json) AS row(stream text, seq int, position bigint)
    ), moved AS (
      UPDATE chain_head SET position = ${position}, hash = ${prev} WHERE id = 1
    )
    SELECT pg_notify('lastgood', ${payload})`;
}

function streamsOf(event: NewEvent): string[] {
  return [event.subject, ...(event.also ?? [])].map(streamName);
}
