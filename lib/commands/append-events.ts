import { actorRef, type Actor } from "#lib/domain/actor.ts";
import { canonical } from "#lib/domain/canonical.ts";
import { streamName, type ChainEntry, type NewEvent } from "#lib/domain/event.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sha256 } from "#lib/platform/hash.ts";
import { Prisma } from "#prisma/client.ts";

/**
 * Adds events to the hash chain and to the streams that show them, inside the caller's transaction, and tells
 * listeners once. Locking the head row gives the chain its order: take every other lock before this one. `writes` are
 * done in the same statement: throws where one of them does not change exactly one row.
 */
export async function appendEvents(
  tx: Tx,
  actor: Actor,
  events: readonly NewEvent[],
  now: Date,
  writes: readonly Prisma.Sql[] = [],
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
  const also = writes.map(
    (write, at) => Prisma.sql`${Prisma.raw(`write_${at}`)} AS (${write} RETURNING 1), `,
  );
  const changed = writes.map((_, at) => Prisma.raw(`(SELECT count(*)::int FROM write_${at})`));
  const [done] = await tx.$queryRaw<{ changed: number[] }[]>`
    WITH ${also.length === 0 ? Prisma.empty : Prisma.join(also, "")} added AS (
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
    SELECT ARRAY[${Prisma.join([...changed, Prisma.raw("1")])}] AS changed FROM pg_notify('lastgood', ${payload})`;
  if (done?.changed.some((count) => count !== 1))
    throw new Error("A row that was to be changed is not there.");
}

function streamsOf(event: NewEvent): string[] {
  return [event.subject, ...(event.also ?? [])].map(streamName);
}
