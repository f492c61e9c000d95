"use client";

import { VersionWay } from "#components/approval/version-way.tsx";
import type { Listed } from "#components/console/open-work.ts";
import { usePolled } from "#components/console/use-polled.ts";
import { ListFilter } from "#components/list/list-filter.tsx";
import { OlderLink } from "#components/list/older-link.tsx";
import { SteadyTable } from "#components/list/steady-table.tsx";
import { Page } from "#components/shell/page.tsx";
import type { Column } from "#components/ui/data-table.tsx";
import { Elapsed } from "#components/ui/elapsed.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import type { RollbackSummary } from "#lib/domain/view.ts";

const columns: readonly Column<RollbackSummary>[] = [
  {
    key: "state",
    header: "State",
    width: "9.5rem",
    cell: (row) => <StateBadge kind="rollback" state={row.state} size="quiet" />,
  },
  { key: "service", header: "Service", isName: true, width: "20%", cell: (row) => row.serviceName },
  {
    key: "environment",
    header: "Environment",
    width: "10rem",
    cell: (row) => (
      <EnvironmentMark
        quiet
        environment={{ name: row.environment, isProtected: row.protected }}
        isDrill={row.drill}
      />
    ),
  },
  { key: "versions", header: "Versions", cell: (row) => <VersionWay from={row.from} to={row.to} /> },
  { key: "initiator", header: "Started by", width: "13%", cell: (row) => row.initiator.name },
  { key: "at", header: "When", width: "7rem", cell: (row) => <RelativeTime at={row.createdAt} /> },
  {
    key: "took",
    header: "Took",
    isFigure: true,
    width: "7rem",
    cell: (row) =>
      row.startedAt === null ? (
        <span className="font-sans text-faint">not run</span>
      ) : (
        <Elapsed since={row.startedAt} until={row.endedAt} />
      ),
  },
  {
    key: "number",
    header: "Number",
    isFigure: true,
    isExtra: true,
    width: "5rem",
    cell: (row) => row.number,
  },
];

type RollbackListProps = {
  first: Listed<RollbackSummary>;
  path: string;
  isAll: boolean;
  services: readonly { id: string; name: string }[];
};

/** All rollbacks, those under way unless asked. */
export function RollbackList({ first, path, isAll, services }: RollbackListProps) {
  const { items, next } = usePolled(path, first).data;
  return (
    <Page what="Rollbacks">
      <div className="grid gap-4">
        <div className="flex flex-wrap items-end justify-between gap-3">
          <TabLinks
            label="Which rollbacks"
            tabs={[
              { href: "/rollbacks", label: "Under way", isCurrent: !isAll },
              { href: "/rollbacks?state=all", label: "All", isCurrent: isAll },
            ]}
          />
          <ListFilter
            name="service"
            label="Service"
            all="All services"
            choices={services.map((one) => ({ value: one.id, label: one.name }))}
          />
        </div>
        {items.length === 0 ? (
          <EmptyState
            title={isAll ? "Nothing was rolled back yet" : "No rollback is under way"}
            action={<LinkButton href="/services">Choose a service</LinkButton>}
          >
            A rollback begins at an incident, or at a service whose version you want to take back. Try one in
            staging before you need it.
          </EmptyState>
        ) : (
          <SteadyTable
            caption="Rollbacks"
            columns={columns}
            rows={items}
            rowKey={(row) => row.id}
            rowHref={(row) => `/rollbacks/${row.number}`}
          />
        )}
        <OlderLink next={next} />
      </div>
    </Page>
  );
}
