"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ConnectionState, Followed } from "#components/live/live-connection.ts";
import type { Held } from "#components/live/merge-events.ts";
import { trailing } from "#components/live/trailing.ts";
import { useStream } from "#components/live/use-stream.ts";

type Options<View extends object> = Followed & { initialView: View; initial?: Held };

/**
 * A rollback or an incident as the API shows it, read again whenever something happened to it, with its events. Several
 * events at once make one request.
 */
export function useLiveView<View extends object>({
  kind,
  id,
  initialView,
  initial,
}: Options<View>): Held & { view: View; connection: ConnectionState } {
  const client = useQueryClient();
  const { data: view } = useQuery<View>({
    queryKey: ["view", kind, id],
    queryFn: async ({ signal }) => {
      const response = await fetch(`/api/v1/${kind}s/${encodeURIComponent(id)}`, {
        cache: "no-store",
        signal,
      });
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      return (await response.json()) as View;
    },
    initialData: initialView,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const readAgain = useMemo(
    // Not cancelling what is under way: a stream of events must not keep the view from ever arriving.
    () => trailing(() => client.refetchQueries({ queryKey: ["view", kind, id] }, { cancelRefetch: false })),
    [client, kind, id],
  );
  const stream = useStream({
    kind,
    id,
    ...(initial ? { initial } : {}),
    onEvents: readAgain,
  });
  return { ...stream, view };
}
