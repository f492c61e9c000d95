import type { StreamEvent } from "#lib/domain/event.ts";
import { lastSeq, readStream } from "#lib/queries/event/stream.ts";

/** The newest events of a stream, in order and without gaps to its end. `isCut`: older ones are left out. */
export async function newestEvents(
  stream: string,
  most = 1000,
): Promise<{ events: StreamEvent[]; lastSeq: number; isCut: boolean }> {
  const after = Math.max(0, (await lastSeq(stream)) - most);
  const events = await readStream(stream, after, most * 2);
  return { events, lastSeq: events.at(-1)?.seq ?? after, isCut: after > 0 };
}
