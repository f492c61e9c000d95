import type { Log } from "#lib/platform/log.ts";
import { openRoom, type ReadStream, type Room, type Watcher } from "#lib/web/live-room.ts";

export type Rooms = {
  /** Lets a watcher in. `welcome` runs before anything is sent to it, with the newest number. False: it was gone. */
  join: (stream: string, watcher: Watcher, welcome: (lastSeq: number) => void) => Promise<boolean>;
  leave: (stream: string, watcher: Watcher) => void;
  /** Something was appended to these streams; without names, to any. */
  wake: (streams?: readonly string[]) => void;
};

type Source = { read: ReadStream; lastSeq: (stream: string) => Promise<number>; log: Log };

/** The streams that someone in this process watches. A room is opened for the first and closed after the last. */
export function openRooms({ read, lastSeq, log }: Source): Rooms {
  const rooms = new Map<string, Promise<Room>>();

  const opened = (stream: string): Promise<Room> => {
    const known = rooms.get(stream);
    if (known) return known;
    const opening = lastSeq(stream).then((cursor) => openRoom(stream, cursor, read, log));
    rooms.set(stream, opening);
    opening.catch(() => {
      if (rooms.get(stream) === opening) rooms.delete(stream);
    });
    return opening;
  };

  return {
    join: async (stream, watcher, welcome) => {
      for (;;) {
        const opening = opened(stream);
        const room = await opening;
        if (!watcher.isOpen()) return false;
        // The last watcher may have left, and the room been closed, in the meantime.
        if (rooms.get(stream) !== opening) continue;
        welcome(room.cursor());
        room.join(watcher);
        room.wake();
        return true;
      }
    },
    leave: (stream, watcher) => {
      const opening = rooms.get(stream);
      opening?.then(
        (room) => {
          room.leave(watcher);
          if (room.isEmpty() && rooms.get(stream) === opening) rooms.delete(stream);
        },
        (error: unknown) => log.debug({ err: error, stream }, "left a stream that could not be opened"),
      );
    },
    wake: (streams = [...rooms.keys()]) => {
      for (const stream of streams) {
        rooms.get(stream)?.then(
          (room) => {
            room.wake();
          },
          (error: unknown) => log.warn({ err: error, stream }, "a stream could not be opened"),
        );
      }
    },
  };
}
