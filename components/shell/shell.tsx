"use client";

import { useMemo, type ReactNode } from "react";
import { ClockProvider } from "#components/ui/clock-provider.tsx";
import type { Connection } from "#components/ui/connection-state.tsx";
import { ToastProvider } from "#components/ui/toast.tsx";
import type { Tone } from "#components/ui/tone.ts";
import { PhoneBar } from "#components/shell/phone-bar.tsx";
import { places, type PlaceId } from "#components/shell/places.ts";
import { Rail } from "#components/shell/rail.tsx";
import type { ShellAction } from "#components/shell/shell-action.ts";
import { ShellStateProvider, type ShellCounts, type ShellUser } from "#components/shell/shell-context.tsx";
import { ShortcutsProvider } from "#components/shell/shortcuts.tsx";
import type { Theme } from "#components/shell/theme.ts";

export type ShellProps = {
  user: ShellUser;
  counts: ShellCounts;
  /** The server's clock when the page was made, in milliseconds. */
  now: number;
  theme: Theme;
  /** The state of the world in one tone and a few words: it colours the mark. */
  world?: { tone: Tone; word: string };
  /** Else taken from the address. */
  current?: PlaceId;
  connection?: Connection;
  /** Actions that every page has: services and incidents to jump to, "Declare an incident". */
  actions?: readonly ShellAction[];
  statusHref?: string;
  signOut?: () => void | Promise<void>;
  children: ReactNode;
};

const always: readonly ShellAction[] = [
  { id: "declare", label: "Declare an incident", keys: "d", href: "/declare" },
  { id: "roll-back", label: "Roll back what fails now", keys: "r", href: "/declare" },
];
const nothingKnown = { tone: "neutral", word: "" } as const;
const noActions: readonly ShellAction[] = [];

/** The frame of the console. It is told everything and fetches nothing; pages put a Page inside. */
export function Shell(props: ShellProps) {
  const {
    user,
    counts,
    now,
    theme,
    world = nothingKnown,
    current,
    connection = "reconnecting",
    children,
  } = props;
  const { actions = noActions, statusHref = "/status", signOut } = props;
  const goTo = useMemo<ShellAction[]>(
    () =>
      places.map(({ id, label, href, keys }) => ({
        id: `go-${id}`,
        label,
        keys,
        href: id === "status" ? statusHref : href,
      })),
    [statusHref],
  );
  const allActions = useMemo(() => [...always, ...actions], [actions]);
  const here = current === undefined ? {} : { current };
  return (
    <ClockProvider now={now}>
      <ShellStateProvider
        user={user}
        counts={counts}
        theme={theme}
        statusHref={statusHref}
        signOut={signOut ?? null}
        connection={connection}
      >
        <ToastProvider>
          <ShortcutsProvider places={goTo} actions={allActions}>
            <nav aria-label="Skip">
              <a
                href="#content"
                className="fixed top-2 left-2 z-50 -translate-y-16 rounded-1 bg-surface-inverse px-3 py-3 font-strong text-inverse focus:translate-y-0"
              >
                Skip to content
              </a>
            </nav>
            <div className="min-h-dvh md:grid md:grid-cols-[5rem_minmax(0,1fr)]">
              <Rail {...here} world={world} />
              {children}
            </div>
            <PhoneBar {...here} />
          </ShortcutsProvider>
        </ToastProvider>
      </ShellStateProvider>
    </ClockProvider>
  );
}
