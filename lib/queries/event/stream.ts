import { z } from "zod";
import type { EventType, StreamEvent } from "#lib/domain/event.ts";
import type { ActorRef } from "#lib/domain/actor.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { EventsView } from "#lib/domain/view.ts";
import { db } from "#lib/platform/db/client.ts";

const Body = z.object({
  at: z.string(),
  type: z.custom<EventType>((value) => typeof value === "string"),
  actor: z.custom<ActorRef>((value) => typeof value === "object"),
  data: z.custom<JsonObject>((value) => typeof value === "object"),
});

/** The events of one stream after a sequence number, in order and without gaps. Authority is the caller's to check. */
export async function streamEvents(stream: string, after: number, limit = 500): Promise<EventsView> {
  return { events: await readStream(stream, after, limit), lastSeq: await lastSeq(stream) };
}

/** As streamEvents, without the newest number. */
export async function readStream(stream: string, after: number, limit: number): Promise<StreamEvent[]> {
  const rows = await db().$queryRaw<{ seq: number; body: string }[]>`
    SELECT s.seq, e.body FROM event_stream s JOIN event e ON e.position = s.position
    WHERE s.stream = ${stream} AND s.seq > ${after} ORDER BY s.seq LIMIT ${limit}`;
  return rows.map((row) => ({ seq: row.seq, ...Body.parse(JSON.parse(row.body)) }));
}

/** The newest sequence number of a stream; 0 while it is empty. */
export async function lastSeq(stream: string): Promise<number> {
  const rows = await db().$queryRaw<{ seq: number | null }[]>`
    SELECT max(seq)::int AS seq FROM event_stream WHERE stream = ${stream}`;
  return rows[0]?.seq ?? 0;
}
