"use client";

import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import type { ConnectionState, Followed } from "#components/live/live-connection.ts";
import type { Held } from "#components/live/merge-events.ts";
import { useLiveView } from "#components/live/use-live-view.ts";
import { useReportConnection } from "#components/shell/shell-context.tsx";
import type { Connection } from "#components/ui/connection-state.tsx";

type Seen = { lastSeq: number };

const shown: Record<ConnectionState, Connection> = {
  connecting: "reconnecting",
  live: "live",
  polling: "polling",
  offline: "offline",
  revoked: "offline",
};
const patienceMs = 300;

/**
 * A page that follows one rollback or incident: its view with its events, told to the shell as live or not. A view that
 * is older than the events is read again; `refresh` reads it at once.
 */
export function useLivePage<View extends Seen>(
  options: Followed & { initialView: View; initial: Held },
): Held & { view: View; connection: ConnectionState; refresh: () => void } {
  const { kind, id } = options;
  const client = useQueryClient();
  const live = useLiveView<View>(options);
  const isFetching = useIsFetching({ queryKey: ["view", kind, id] }) > 0;
  const report = useReportConnection();
  const refresh = useCallback(
    () => void client.invalidateQueries({ queryKey: ["view", kind, id] }, { cancelRefetch: false }),
    [client, kind, id],
  );
  useEffect(() => {
    report(shown[live.connection]);
  }, [report, live.connection]);
  const isBehind = live.view.lastSeq < live.lastSeq;
  useEffect(() => {
    if (!isBehind || isFetching) return;
    const timer = setTimeout(refresh, patienceMs);
    return () => clearTimeout(timer);
  }, [isBehind, isFetching, refresh]);
  return { ...live, refresh };
}
