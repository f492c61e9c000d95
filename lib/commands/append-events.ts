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
  const heads = await tx.$queryRaw<{ position: bigint; hash: string }[]>`
    SELECT position, hash FROM chain_head WHERE id = 1 FOR UPDATE`;
  const head = heads[0];
  if (!head) throw new Error("The head of the record is missing.");
  const streams = [...new Set(events.flatMap(streamsOf))];
  const counts = await tx.$queryRaw<{ stream: string; seq: number }[]>`
    SELECT stream, max(seq)::int AS seq FROM event_stream WHERE stream = ANY(${streams}) GROUP BY stream`;
  const seqs = new Map(counts.map((row) => [row.stream, row.seq]));
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
      places.push({ stream, seq, position: BigInt(position) });
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
      position: BigInt(position),
      at: now,
      type: event.type,
      actorId: entry.actor.id,
      subjectKind: event.subject.kind,
      subjectId: event.subject.id,
      body,
      prev,
      hash,
    });
    prev = hash;
  }
  await tx.event.createMany({ data: rows });
  await tx.eventStream.createMany({ data: places });
  await tx.chainHead.update({ where: { id: 1 }, data: { position: BigInt(position), hash: prev } });
  const payload = JSON.stringify({ position, streams: streams.slice(0, 60) });
  await tx.$executeRaw`SELECT pg_notify('lastgood', ${payload})`;
}

function streamsOf(event: NewEvent): string[] {
  return [event.subject, ...(event.also ?? [])].map(streamName);
}
