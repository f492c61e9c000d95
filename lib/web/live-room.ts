import type { StreamEvent } from "#lib/domain/event.ts";
import type { Log } from "#lib/platform/log.ts";

/** Reads the events of a stream after a sequence number, in order and without gaps. */
export type ReadStream = (stream: string, after: number, limit: number) => Promise<StreamEvent[]>;

/** Someone who gets every event of a stream after `last`, each once and in order. */
export type Watcher = {
  last: number;
  /** Hands one event over. Resolves when the next may follow, which is later for a slow connection. */
  send: (event: StreamEvent) => Promise<void> | undefined;
  isOpen: () => boolean;
};

export type Room = {
  /** The newest sequence number that was read. */
  cursor: () => number;
  /** Something was appended: read it, and pass it on. */
  wake: () => void;
  join: (watcher: Watcher) => void;
  leave: (watcher: Watcher) => void;
  isEmpty: () => boolean;
};

const pageSize = 500;
const keptEvents = 2000;
const retryMs = 500;

/**
 * One stream in this process. New rows are read once for all who watch; whoever is further behind than what is kept reads for
 * itself until it has caught up. Each watcher is served by one loop that only ever sends `last + 1`, so replay and
 * live events can neither repeat nor overtake each other.
 */
export function openRoom(stream: string, cursor: number, read: ReadStream, log: Log): Room {
  const watchers = new Map<Watcher, { isServing: boolean }>();
  let kept: StreamEvent[] = [];
  let isReading = false;
  let isStale = false;

  const readNew = async (): Promise<void> => {
    if (isReading) {
      isStale = true;
      return;
    }
    isReading = true;
    try {
      do {
        isStale = false;
        const events = await read(stream, cursor, pageSize);
        cursor = events.at(-1)?.seq ?? cursor;
        kept = [...kept, ...events].slice(-keptEvents);
        if (events.length === pageSize) isStale = true;
        for (const watcher of watchers.keys()) void serve(watcher);
      } while (isStale);
    } catch (error) {
      log.warn({ err: error, stream }, "new events could not be read; trying again");
      setTimeout(() => void readNew(), retryMs).unref();
    } finally {
      isReading = false;
    }
  };

  const following = async (after: number): Promise<StreamEvent[]> => {
    const first = kept[0];
    return first !== undefined && first.seq <= after + 1
      ? kept.slice(after + 1 - first.seq, after + 1 - first.seq + pageSize)
      : read(stream, after, pageSize);
  };

  const serve = async (watcher: Watcher): Promise<void> => {
    const state = watchers.get(watcher);
    if (state === undefined || state.isServing) return;
    state.isServing = true;
    try {
      while (watchers.has(watcher) && watcher.isOpen() && watcher.last < cursor) {
        for (const event of await following(watcher.last)) {
          if (!watcher.isOpen()) return;
          if (event.seq !== watcher.last + 1)
            throw new Error(`The stream ${stream} has a gap before ${event.seq}.`);
          watcher.last = event.seq;
          await watcher.send(event);
        }
      }
    } catch (error) {
      log.warn({ err: error, stream }, "a watcher could not be served; trying again");
      setTimeout(() => void serve(watcher), retryMs).unref();
    } finally {
      state.isServing = false;
    }
  };

  return {
    cursor: () => cursor,
    wake: () => void readNew(),
    join: (watcher) => {
      watchers.set(watcher, { isServing: false });
      void serve(watcher);
    },
    leave: (watcher) => watchers.delete(watcher),
    isEmpty: () => watchers.size === 0,
  };
}
