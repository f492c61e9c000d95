"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { ConnectionState } from "#components/ui/connection-state.tsx";
import { EnvironmentMark, type EnvironmentView } from "#components/ui/environment-mark.tsx";
import { WorldClock } from "#components/ui/world-clock.tsx";
import { KeyCap } from "#components/shell/key-cap.tsx";
import { useShell } from "#components/shell/shell-context.tsx";
import { useOpenPalette } from "#components/shell/shortcuts.tsx";
import { UserMenu } from "#components/shell/user-menu.tsx";

export type ContextBarProps = {
  /** The page's heading. */
  what: string;
  /** The way back up: "Incidents". */
  up?: { href: string; label: string };
  environment?: EnvironmentView;
  isDrill?: boolean;
  /** StateBadge and SeverityBadge. */
  state?: ReactNode;
};

/** What, where, in which state, what time it is, live or not, and who I am. On every page in the same place. */
export function ContextBar({ what, up, environment, isDrill = false, state }: ContextBarProps) {
  const { connection } = useShell();
  const openPalette = useOpenPalette();
  return (
    <header data-chrome className="sticky top-0 z-20 border-b border-line-soft bg-surface-ground">
      {environment?.isProtected && !isDrill && (
        <div aria-hidden data-production-line className="h-1 bg-production-line" />
      )}
      <div className="flex min-h-(--context-bar) flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5 md:flex-nowrap md:px-6">
        <div className="flex min-w-0 grow basis-full flex-wrap items-center gap-x-2.5 gap-y-1 md:basis-auto">
          <span className="flex min-w-0 items-baseline gap-x-2.5">
            {up && (
              <>
                <Link href={up.href} className="link shrink-0 text-secondary max-md:hidden">
                  {up.label}
                </Link>
                <span aria-hidden className="text-faint max-md:hidden">
                  /
                </span>
              </>
            )}
            <h1 className="line-clamp-2 min-w-0 text-16 leading-5 font-strong">{what}</h1>
          </span>
          {state}
          {environment && <EnvironmentMark environment={environment} isDrill={isDrill} />}
        </div>
        <div className="flex grow items-center gap-3 max-md:flex-row-reverse max-md:justify-between md:grow-0">
          <button
            type="button"
            onClick={openPalette}
            className="hidden min-h-control items-center gap-2 rounded-1 px-2 text-faint hover:bg-surface-hover hover:text-primary lg:flex"
          >
            <Search aria-hidden className="size-4" />
            <span className="sr-only">Go to or do</span>
            <KeyCap keys="mod+k" />
          </button>
          <ConnectionState state={connection.state} since={connection.since} />
          <WorldClock />
          <span className="hidden md:block">
            <UserMenu />
          </span>
        </div>
      </div>
    </header>
  );
}
