"use client";

import { usePathname } from "next/navigation";
import { useEffect, useMemo, type ReactNode } from "react";
import { ApiRefusal } from "#components/console/fetch-api.ts";
import { openWorkPaths, worldOf, type OpenWork } from "#components/console/open-work.ts";
import { QueryProvider } from "#components/console/query-provider.tsx";
import { SessionEnded } from "#components/console/session-ended.tsx";
import { usePolled } from "#components/console/use-polled.ts";
import { useReportConnection } from "#components/shell/shell-context.tsx";
import { Shell, type ShellProps } from "#components/shell/shell.tsx";
import type { ShellAction } from "#components/shell/shell-action.ts";

type ConsoleShellProps = Pick<ShellProps, "user" | "now" | "theme" | "signOut"> & {
  work: OpenWork;
  /** To jump to from the palette. */
  services: readonly { id: string; name: string }[];
  children: ReactNode;
};

/** The frame of the console with what waits, kept true while the page stays open. */
export function ConsoleShell(props: ConsoleShellProps) {
  return (
    <QueryProvider>
      <LiveShell {...props} />
    </QueryProvider>
  );
}

const seconds = 10;

function LiveShell({ work: first, services, children, signOut, ...rest }: ConsoleShellProps) {
  const incidents = usePolled(openWorkPaths.incidents, first.incidents, seconds);
  const rollbacks = usePolled(openWorkPaths.rollbacks, first.rollbacks, seconds);
  const approvals = usePolled(openWorkPaths.approvals, first.approvals, seconds);
  const work = { incidents: incidents.data, rollbacks: rollbacks.data, approvals: approvals.data };
  const { error } = incidents;
  const actions = useMemo<ShellAction[]>(
    () => [
      ...incidents.data.items.map((one) => ({
        id: one.id,
        label: `Open ${one.number}: ${one.title}`,
        hint: one.serviceName,
        href: `/incidents/${one.number}`,
      })),
      ...rollbacks.data.items.map((one) => ({
        id: one.id,
        label: `Open ${one.number}: ${one.serviceName} to ${one.to}`,
        hint: one.environment,
        href: `/rollbacks/${one.number}`,
      })),
      ...services.map((one) => ({
        id: `service-${one.id}`,
        label: one.name,
        hint: "service",
        href: `/services/${one.id}`,
      })),
    ],
    [incidents.data, rollbacks.data, services],
  );
  const hasEnded = error instanceof ApiRefusal && error.problem.code === "UNAUTHENTICATED";
  return (
    <Shell
      {...rest}
      {...(signOut ? { signOut } : {})}
      counts={{
        incidents: work.incidents.items.length,
        rollbacks: work.rollbacks.items.length,
        approvals: work.approvals.items.filter((item) => item.mine).length,
      }}
      world={worldOf(work)}
      connection="live"
      actions={actions}
    >
      <Pulse hasFailed={error !== null} />
      {hasEnded && <SessionEnded />}
      {children}
    </Shell>
  );
}

/** Pages of one incident or rollback have a live line of their own and tell its state themselves. */
const ownLine = /^\/(incidents|rollbacks)\/[^/]+/;

function Pulse({ hasFailed }: { hasFailed: boolean }) {
  const report = useReportConnection();
  const isOwn = ownLine.test(usePathname());
  useEffect(() => {
    if (!isOwn) report(!hasFailed ? "live" : navigator.onLine ? "reconnecting" : "offline");
  }, [report, hasFailed, isOwn]);
  return null;
}
