import { io } from "socket.io-client";
import {
  createLiveConnection,
  type FetchEvents,
  type LiveConnection,
} from "#components/live/live-connection.ts";
import type { StreamEvent } from "#lib/domain/event.ts";

/** The events of a stream after a number, from the API. Throws when it does not answer. */
const fetchEventsAfter: FetchEvents = async ({ kind, id }, after) => {
  const response = await fetch(`/api/v1/${kind}s/${encodeURIComponent(id)}/events?after=${after}`, {
    headers: { accept: "application/json" },
    cache: "no-store",
  });
  if ([401, 403, 404].includes(response.status)) return "revoked";
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return (await response.json()) as { events: StreamEvent[]; lastSeq: number };
};

let connection: LiveConnection | undefined;

/** The one connection of this page, with the session's cookie. Only in a browser. */
export function browserConnection(): LiveConnection {
  return (connection ??= createLiveConnection({
    openSocket: () =>
      io({
        path: "/socket.io",
        transports: ["websocket", "polling"],
        tryAllTransports: true,
        reconnectionDelay: 500,
        reconnectionDelayMax: 5000,
      }),
    fetchEvents: fetchEventsAfter,
  }));
}
