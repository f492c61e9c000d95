"use client";

import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import type { Connection } from "#components/ui/connection-state.tsx";
import type { Theme } from "#components/shell/theme.ts";

export type ShellUser = {
  name: string;
  /** "Release manager", or "Operator in payments". */ role: string;
  email?: string;
  /** Until when this person is on call, RFC 3339. */
  onCallUntil?: string | null;
};
export type ShellCounts = { approvals?: number; incidents?: number; rollbacks?: number };

type ShellState = {
  user: ShellUser;
  counts: ShellCounts;
  theme: Theme;
  statusHref: string;
  signOut: (() => void | Promise<void>) | null;
  connection: { state: Connection; since: number | null };
  reportConnection: (state: Connection) => void;
};
const ShellContext = createContext<ShellState | null>(null);

type ShellStateProviderProps = Pick<ShellState, "user" | "counts" | "theme" | "statusHref" | "signOut"> & {
  connection: Connection;
  children: ReactNode;
};

export function ShellStateProvider({
  children,
  connection: first,
  user,
  counts,
  theme,
  statusHref,
  signOut,
}: ShellStateProviderProps) {
  const [connection, setConnection] = useState<ShellState["connection"]>({ state: first, since: null });
  const reportConnection = useCallback((state: Connection) => {
    setConnection((before) =>
      before.state === state
        ? before
        : { state, since: state === "live" ? null : (before.since ?? Date.now()) },
    );
  }, []);
  const value = useMemo(
    () => ({ user, counts, theme, statusHref, signOut, connection, reportConnection }),
    [user, counts, theme, statusHref, signOut, connection, reportConnection],
  );
  return <ShellContext value={value}>{children}</ShellContext>;
}

export function useShell(): ShellState {
  const state = use(ShellContext);
  if (state === null) throw new Error("This component lives inside Shell.");
  return state;
}

/** For the live client: tells the context bar whether what is on screen is live. */
export function useReportConnection(): (state: Connection) => void {
  return useShell().reportConnection;
}
