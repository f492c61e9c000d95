import type { StreamEvent } from "#lib/domain/event.ts";
import { readStream } from "#lib/queries/event/stream.ts";

const atOnce = 1000;

/** Every event of a stream, in order. */
export async function allEvents(stream: string): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for (;;) {
    const read = await readStream(stream, events.at(-1)?.seq ?? 0, atOnce);
    events.push(...read);
    if (read.length < atOnce) return events;
  }
}
