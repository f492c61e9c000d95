import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Server } from "socket.io";
import { z } from "zod";
import { Refusal } from "#lib/domain/errors.ts";
import { parseInput } from "#lib/domain/parse-input.ts";
import { listen } from "#lib/platform/listen.ts";
import type { Log } from "#lib/platform/log.ts";
import { readableStream } from "#lib/queries/event/readable-stream.ts";
import { lastSeq, readStream } from "#lib/queries/event/stream.ts";
import { recheckRights } from "#lib/web/live-rights.ts";
import type { Watcher } from "#lib/web/live-room.ts";
import { openRooms, type Rooms } from "#lib/web/live-rooms.ts";
import { Handshake, Subscribe, type LiveServer, type LiveSocket, type Told } from "#lib/web/live-socket.ts";
import { metrics } from "#lib/web/metrics.ts";
import { onceAtATime } from "#lib/web/once-at-a-time.ts";
import { assertSameOrigin } from "#lib/web/origin.ts";
import { notePresence, type Look } from "#lib/web/presence.ts";
import { problemOf } from "#lib/web/problem.ts";
import { rateLimit } from "#lib/web/rate-limit.ts";
import { authenticate } from "#lib/web/session.ts";

const recheckMs = 3000;
const sweepMs = 5000;
const maxSubscriptions = 20;
const maxSocketsPerPerson = 500;
const maxUnsent = 256;
/** A notice names at most so many streams; with as many, there may be more. */
const maxStreamsInNotice = 60;
/** How often it is noted who looks at what; somebody not noted for two and a half times as long is gone. */
const presenceMs = 10_000;

const Notice = z.object({ streams: z.array(z.string()) });

export type Live = { close: () => Promise<void> };

/**
 * Live updates on this server, at /socket.io: who may read a rollback or an incident may watch it. Events come in order
 * and without gaps after any number. Rights are looked up again every few seconds; when they are gone, so is the
 * connection.
 */
export async function attachLive(
  server: HttpServer,
  { log, isDevelopment = false }: { log: Log; isDevelopment?: boolean },
): Promise<Live> {
  const io: LiveServer = new Server(server, {
    path: "/socket.io",
    serveClient: false,
    maxHttpBufferSize: 16 * 1024,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    connectTimeout: 10_000,
    perMessageDeflate: false,
    httpCompression: false,
    // In development Next has a socket of its own on this server.
    destroyUpgrade: !isDevelopment,
    allowRequest: (request, decide) => {
      decide(null, isFromHere(request));
    },
  });
  const rooms = openRooms({ read: readStream, lastSeq, log });
  const perPerson = new Map<string, number>();

  io.use((socket: LiveSocket, next) => {
    welcome(socket, perPerson).then(
      () => {
        next();
      },
      (error: unknown) => {
        const problem = problemOf(error, log);
        next(Object.assign(new Error(problem.code), { data: problem }));
      },
    );
  });
  io.on("connection", (socket: LiveSocket) => {
    const { actor } = socket.data.guest;
    perPerson.set(actor.id, (perPerson.get(actor.id) ?? 0) + 1);
    metrics().liveSockets.inc();
    serve(socket, rooms, log);
    socket.on("disconnect", () => {
      const left = (perPerson.get(actor.id) ?? 1) - 1;
      if (left === 0) perPerson.delete(actor.id);
      else perPerson.set(actor.id, left);
      metrics().liveSockets.dec();
    });
  });

  const recheck = onceAtATime(
    () => recheckRights([...io.of("/").sockets.values()] as LiveSocket[], log),
    (error) => {
      log.error({ err: error }, "the rights of open connections could not be checked");
    },
  );
  const wakeAll = (): void => {
    rooms.wake();
  };
  const listener = await listen({
    log,
    onConnected: wakeAll,
    onPayload: (payload) => {
      const { streams } = Notice.parse(JSON.parse(payload));
      rooms.wake(streams.length < maxStreamsInNotice ? streams : undefined);
      if (streams.some((stream) => stream.startsWith("user:") || stream.startsWith("token:"))) recheck();
    },
  });
  const note = onceAtATime(
    () => notePresence(([...io.of("/").sockets.values()] as LiveSocket[]).flatMap(looksOf)),
    (error) => {
      log.warn({ err: error }, "who looks at what could not be noted");
    },
  );
  const timers = [
    setInterval(recheck, recheckMs),
    setInterval(wakeAll, sweepMs),
    setInterval(note, presenceMs),
  ];

  return {
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await listener.close();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

async function welcome(socket: LiveSocket, perPerson: ReadonlyMap<string, number>): Promise<void> {
  const { token } = parseInput(Handshake, socket.handshake.auth);
  const { headers: own } = socket.handshake;
  const headers = token === undefined ? own : { ...own, authorization: `Bearer ${token}` };
  const actor = await authenticate({ method: "GET", headers });
  if ((perPerson.get(actor.id) ?? 0) >= maxSocketsPerPerson) {
    throw new Refusal("THROTTLED", "This person has too many connections open.");
  }
  socket.data.guest = { actor, headers, subscriptions: new Map(), unsent: 0 };
}

function serve(socket: LiveSocket, rooms: Rooms, log: Log): void {
  const { guest } = socket.data;
  const takeTurn = rateLimit({ burst: 100, perSecond: 5 });
  socket.conn.on("drain", () => {
    guest.unsent = 0;
  });
  socket.use((_packet, next) => {
    try {
      takeTurn(guest.actor.id);
      next();
    } catch (error) {
      log.warn({ err: error, user: guest.actor.id }, "a connection sent too much and was cut");
      socket.disconnect(true);
    }
  });
  socket.on("subscribe", (wish, reply) => {
    const tell = (told: Told): void => {
      // What a client sends in its place may be anything.
      if (typeof reply === "function") reply(told);
    };
    subscribe(socket, rooms, wish, tell).then(
      () =>
        notePresence(looksOf(socket)).catch((error: unknown) => {
          log.warn({ err: error }, "who looks at what could not be noted");
        }),
      (error: unknown) => {
        tell({ ok: false, problem: problemOf(error, log) });
      },
    );
  });
  socket.on("unsubscribe", (wish) => {
    const { data } = Subscribe.safeParse(wish);
    for (const [stream, { kind, id }] of guest.subscriptions) {
      if (data?.kind === kind && data.id === id) leave(socket, rooms, stream);
    }
  });
  socket.on("disconnect", () => {
    for (const stream of [...guest.subscriptions.keys()]) leave(socket, rooms, stream);
  });
}

async function subscribe(
  socket: LiveSocket,
  rooms: Rooms,
  wish: unknown,
  tell: (told: Told) => void,
): Promise<void> {
  const { guest } = socket.data;
  const { kind, id, after } = parseInput(Subscribe, wish);
  const stream = await readableStream(guest.actor, kind, id);
  leave(socket, rooms, stream);
  if (guest.subscriptions.size >= maxSubscriptions) {
    throw new Refusal("THROTTLED", `One connection watches at most ${maxSubscriptions} things.`);
  }
  const watcher: Watcher = {
    last: after,
    isOpen: () => socket.connected && guest.subscriptions.get(stream)?.watcher === watcher,
    send: (event) => {
      socket.emit("event", { ...event, stream });
      metrics().liveEvents.inc();
      guest.unsent += 1;
      return guest.unsent > maxUnsent ? drained(socket) : undefined;
    },
  };
  guest.subscriptions.set(stream, { kind, id, watcher });
  try {
    await rooms.join(stream, watcher, (newest) => {
      tell({ ok: true, stream, lastSeq: newest });
    });
  } catch (error) {
    leave(socket, rooms, stream);
    throw error;
  }
}

/** By the names of the streams: people may have asked by number. */
function looksOf({ data: { guest } }: LiveSocket): Look[] {
  return [...guest.subscriptions].map(([stream, { kind }]) => ({
    kind,
    id: stream.slice(kind.length + 1),
    userId: guest.actor.id,
  }));
}

function leave(socket: LiveSocket, rooms: Rooms, stream: string): void {
  const { subscriptions } = socket.data.guest;
  const subscription = subscriptions.get(stream);
  if (!subscription) return;
  subscriptions.delete(stream);
  rooms.leave(stream, subscription.watcher);
}

/** Resolves when what was handed to this connection is on its way, or the connection is gone. */
function drained(socket: LiveSocket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.conn.off("drain", done);
      socket.conn.off("close", done);
      resolve();
    };
    socket.conn.once("drain", done);
    socket.conn.once("close", done);
  });
}

function isFromHere(request: IncomingMessage): boolean {
  try {
    assertSameOrigin({ method: "GET", headers: { ...request.headers, upgrade: undefined } });
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
