import type { Socket } from "socket.io-client";
import type { StreamEvent } from "#lib/domain/event.ts";

/** What can be followed. */
export type Followed = { kind: "rollback" | "incident"; id: string };

/**
 * `live`: events arrive by themselves. `polling`: sockets are blocked, so they are asked for. `offline`: neither works;
 * what is shown is as old as it says. `revoked`: the rights are gone.
 */
export type ConnectionState = "connecting" | "live" | "polling" | "offline" | "revoked";

/** Events after a number, or "revoked". Throws when the server cannot be reached. */
export type FetchEvents = (
  followed: Followed,
  after: number,
) => Promise<{ events: readonly StreamEvent[]; lastSeq: number } | "revoked">;

type Parts = {
  openSocket: () => Socket;
  fetchEvents: FetchEvents;
  /** How long a connection may take before events are asked for instead, and how often they are, in milliseconds. */
  patienceMs?: number;
  pollMs?: number;
};

type Follower = {
  followed: Followed;
  last: number;
  onEvents: (events: readonly StreamEvent[]) => void;
  isFetching: boolean;
};

export type LiveConnection = {
  /** Hands over every event after `after`, each once and in order, until the returned function is called. */
  follow: (
    followed: Followed,
    after: number,
    onEvents: (events: readonly StreamEvent[]) => void,
  ) => () => void;
  state: () => ConnectionState;
  onState: (listener: () => void) => () => void;
};

const revokingCodes = new Set(["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"]);

/** One connection for everything that a page follows. Opens with the first follower, closes after the last. */
export function createLiveConnection({
  openSocket,
  fetchEvents,
  patienceMs = 3000,
  pollMs = 2000,
}: Parts): LiveConnection {
  const followers = new Set<Follower>();
  const listeners = new Set<() => void>();
  let state: ConnectionState = "connecting";
  let socket: Socket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const become = (next: ConnectionState): void => {
    if (state === next || state === "revoked") return;
    state = next;
    for (const listener of listeners) listener();
  };

  const take = (follower: Follower, events: readonly StreamEvent[]): void => {
    const fresh = events.filter((event) => event.seq > follower.last);
    const [first] = fresh;
    if (!followers.has(follower) || first === undefined) return;
    if (first.seq > follower.last + 1) {
      void catchUp(follower);
      return;
    }
    follower.last = fresh.at(-1)?.seq ?? follower.last;
    follower.onEvents(fresh);
  };

  /** Asks for what is missing. Whether the server answered. */
  const catchUp = async (follower: Follower): Promise<boolean> => {
    if (follower.isFetching) return true;
    follower.isFetching = true;
    try {
      for (;;) {
        const answer = await fetchEvents(follower.followed, follower.last);
        if (answer === "revoked") {
          become("revoked");
          return true;
        }
        take(follower, answer.events);
        if (answer.events.length === 0 || follower.last >= answer.lastSeq) return true;
      }
    } catch {
      // Offline, or the server is away: the next turn asks again, and the state says so meanwhile.
      return false;
    } finally {
      follower.isFetching = false;
    }
  };

  const poll = async (): Promise<void> => {
    if (socket?.connected === true || state === "revoked" || followers.size === 0) return;
    const answered = await Promise.all([...followers].map(catchUp));
    if (isConnected()) return;
    become(answered.every(Boolean) ? "polling" : "offline");
    timer = setTimeout(() => void poll(), pollMs);
  };
  const isConnected = (): boolean => socket?.connected === true;
  const pollSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void poll(), patienceMs);
  };

  const subscribe = (follower: Follower): void => {
    const { kind, id } = follower.followed;
    socket?.emit("subscribe", { [kind]: id, after: follower.last }, (told: Told) => {
      if (!told.ok && revokingCodes.has(told.problem.code)) become("revoked");
      if (told.ok) streams.set(follower, told.stream);
    });
  };
  const streams = new WeakMap<Follower, string>();

  const connect = (): void => {
    const opened = openSocket();
    socket = opened;
    opened.on("connect", () => {
      clearTimeout(timer);
      become("live");
      for (const follower of followers) subscribe(follower);
    });
    opened.on("event", (event: StreamEvent & { stream: string }) => {
      for (const follower of followers) {
        if (streams.get(follower) === event.stream) take(follower, [event]);
      }
    });
    opened.on("revoked", () => {
      become("revoked");
    });
    opened.on("disconnect", (reason) => {
      if (state === "revoked") return;
      pollSoon();
      // A server that shuts down says goodbye, after which the client would not come back by itself.
      if (reason === "io server disconnect") setTimeout(() => opened.connect(), 1000);
    });
    opened.on("connect_error", (error) => {
      if ("data" in error && isProblem(error.data) && revokingCodes.has(error.data.code)) become("revoked");
    });
    pollSoon();
  };

  return {
    follow: (followed, after, onEvents) => {
      const follower: Follower = { followed, last: after, onEvents, isFetching: false };
      followers.add(follower);
      if (socket === undefined) connect();
      else if (socket.connected) subscribe(follower);
      return () => {
        followers.delete(follower);
        const isShared = [...followers].some((other) => streams.get(other) === streams.get(follower));
        if (!isShared) socket?.emit("unsubscribe", { [followed.kind]: followed.id });
        if (followers.size > 0) return;
        clearTimeout(timer);
        socket?.disconnect();
        socket = undefined;
        if (state !== "revoked") state = "connecting";
      };
    },
    state: () => state,
    onState: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Told = { ok: true; stream: string } | { ok: false; problem: { code: string } };

function isProblem(value: unknown): value is { code: string } {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}
