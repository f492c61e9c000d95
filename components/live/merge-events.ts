import type { StreamEvent } from "#lib/domain/event.ts";

export type Held = { events: readonly StreamEvent[]; lastSeq: number };

/** Adds what follows `lastSeq` without a gap; what is held already is left out. `isGap`: something between is missing. */
export function mergeEvents(held: Held, incoming: readonly StreamEvent[]): { held: Held; isGap: boolean } {
  let { lastSeq } = held;
  const fresh: StreamEvent[] = [];
  for (const event of incoming.toSorted((a, b) => a.seq - b.seq)) {
    if (event.seq <= lastSeq) continue;
    if (event.seq > lastSeq + 1) return { held: added(held, fresh, lastSeq), isGap: true };
    fresh.push(event);
    lastSeq = event.seq;
  }
  return { held: added(held, fresh, lastSeq), isGap: false };
}

function added(held: Held, fresh: readonly StreamEvent[], lastSeq: number): Held {
  return fresh.length === 0 ? held : { events: [...held.events, ...fresh], lastSeq };
}
