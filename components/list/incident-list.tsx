"use client";

import { Plus } from "lucide-react";
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
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import type { IncidentSummary } from "#lib/domain/view.ts";

const columns: readonly Column<IncidentSummary>[] = [
  {
    key: "severity",
    header: "Severity",
    width: "7rem",
    cell: (row) => <SeverityBadge severity={row.severity} />,
  },
  { key: "title", header: "Incident", isName: true, cell: (row) => row.title },
  {
    key: "state",
    header: "State",
    width: "8.5rem",
    cell: (row) => <StateBadge kind="incident" state={row.state} size="quiet" />,
  },
  {
    key: "where",
    header: "Where",
    width: "20%",
    cell: (row) => (
      <span className="flex flex-wrap items-center gap-x-2">
        <span className="min-w-0 break-words">{row.serviceName}</span>
        <EnvironmentMark quiet environment={{ name: row.environment, isProtected: row.protected }} />
      </span>
    ),
  },
  {
    key: "commander",
    header: "Commander",
    width: "13%",
    cell: (row) => row.commander?.name ?? <span className="text-faint">nobody</span>,
  },
  {
    key: "detected",
    header: "Detected",
    width: "7rem",
    cell: (row) => <RelativeTime at={row.detectedAt} />,
  },
  {
    key: "took",
    header: "Open for",
    isFigure: true,
    width: "7rem",
    cell: (row) => <Elapsed since={row.detectedAt} until={row.resolvedAt} />,
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

type IncidentListProps = {
  first: Listed<IncidentSummary>;
  /** The API's address of the very same list. */
  path: string;
  isAll: boolean;
  services: readonly { id: string; name: string }[];
};

/** All incidents, the open ones unless asked. */
export function IncidentList({ first, path, isAll, services }: IncidentListProps) {
  const { items, next } = usePolled(path, first).data;
  return (
    <Page
      what="Incidents"
      actions={
        <LinkButton look="primary" href="/declare" icon={<Plus aria-hidden />}>
          Declare an incident
        </LinkButton>
      }
    >
      <div className="grid gap-4">
        <div className="flex flex-wrap items-end justify-between gap-3">
          <TabLinks
            label="Which incidents"
            tabs={[
              { href: "/incidents", label: "Open", isCurrent: !isAll },
              { href: "/incidents?state=all", label: "All", isCurrent: isAll },
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
            title={isAll ? "No incident was ever declared here" : "No incident is open"}
            action={<LinkButton href="/declare">Declare an incident</LinkButton>}
          >
            When something is wrong after a release, declare it. You answer a few questions, and the playbook
            says at once whether to roll back, and why.
          </EmptyState>
        ) : (
          <SteadyTable
            caption="Incidents"
            columns={columns}
            rows={items}
            rowKey={(row) => row.id}
            rowHref={(row) => `/incidents/${row.number}`}
          />
        )}
        <OlderLink next={next} />
      </div>
    </Page>
  );
}
