"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { browserConnection } from "#components/live/browser-connection.ts";
import type { ConnectionState, Followed } from "#components/live/live-connection.ts";
import { mergeEvents, type Held } from "#components/live/merge-events.ts";
import type { StreamEvent } from "#lib/domain/event.ts";

const nothing: Held = { events: [], lastSeq: 0 };

type Options = Followed & {
  /** What the server rendered with; what follows it is asked for. */
  initial?: Held;
  /** Told of each batch of new events, after they are in the cache. */
  onEvents?: (events: readonly StreamEvent[]) => void;
};

/**
 * The events of a rollback or an incident, as they happen: held in the query cache under ["events", kind, id], in order
 * and without gaps, over reconnects too.
 */
export function useStream({
  kind,
  id,
  initial = nothing,
  onEvents,
}: Options): Held & { connection: ConnectionState } {
  const client = useQueryClient();
  const { data: held } = useQuery<Held>({
    queryKey: ["events", kind, id],
    queryFn: () => client.getQueryData<Held>(["events", kind, id]) ?? initial,
    initialData: initial,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const tell = useEffectEvent((events: readonly StreamEvent[]) => onEvents?.(events));
  useEffect(() => {
    const key = ["events", kind, id];
    const after = client.getQueryData<Held>(key)?.lastSeq ?? 0;
    return browserConnection().follow({ kind, id }, after, (events) => {
      client.setQueryData<Held>(key, (before = nothing) => mergeEvents(before, events).held);
      tell(events);
    });
  }, [client, kind, id]);
  return { ...held, connection: useConnection() };
}

/** How events reach this page now. */
function useConnection(): ConnectionState {
  return useSyncExternalStore(
    (listener) => browserConnection().onState(listener),
    () => browserConnection().state(),
    () => "connecting",
  );
}
