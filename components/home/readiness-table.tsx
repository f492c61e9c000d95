import { CircleCheck, CircleHelp, CircleX } from "lucide-react";
import { DataTable, type Column } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { EnvironmentMark } from "#components/ui/environment-mark.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { RelativeWords } from "#components/ui/relative-words.tsx";

export type Place = {
  service: string;
  serviceName: string;
  environment: string;
  protected: boolean;
  current: string | null;
  back: string | null;
  ready: boolean | null;
  lacks: "deployment" | "known_good" | "targets" | "worker" | "look" | null;
  lookedAt: string | null;
  drill: { everyDays: number; lastAt: string | null; isDue: boolean } | null;
};

const lackWords: Record<NonNullable<Place["lacks"]>, string> = {
  deployment: "Nothing was deployed yet",
  known_good: "No: no earlier known good version",
  targets: "No: no target is registered",
  worker: "No: no worker is alive",
  look: "Not known: no plan made in 30 days",
};

const columns: readonly Column<Place>[] = [
  { key: "service", header: "Service", isName: true, width: "24%", cell: (row) => row.serviceName },
  {
    key: "environment",
    header: "Environment",
    width: "10%",
    cell: (row) => (
      <EnvironmentMark quiet environment={{ name: row.environment, isProtected: row.protected }} />
    ),
  },
  {
    key: "ready",
    header: "Could we roll back?",
    width: "22%",
    cell: (row) => <Readiness place={row} />,
  },
  {
    key: "current",
    header: "Running",
    cell: (row) => <Version version={row.current} />,
  },
  { key: "back", header: "Back to", width: "14%", cell: (row) => <Version version={row.back} /> },
];
const drillColumn: Column<Place> = {
  key: "drill",
  header: "Last drill",
  isExtra: true,
  cell: ({ drill }) =>
    drill && (
      <span className={drill.isDue ? "text-state-warn-text" : undefined}>
        {drill.lastAt === null ? "never" : <RelativeWords at={drill.lastAt} />}
        {drill.isDue && ", due"}
      </span>
    ),
};

function Version({ version }: { version: string | null }) {
  return version === null ? (
    <span className="font-sans text-faint">none</span>
  ) : (
    <span className="figures break-all">{version}</span>
  );
}

/** Every environment with its answer to the one question of the week before. */
export function ReadinessTable({ places }: { places: readonly Place[] }) {
  return (
    <DataTable
      caption="Could we roll back right now?"
      columns={places.some((place) => place.drill !== null) ? [...columns, drillColumn] : columns}
      rows={places}
      rowKey={(row) => `${row.service} ${row.environment}`}
      rowHref={(row) => `/services/${row.service}?environment=${row.environment}`}
      empty={
        <EmptyState
          title="No service is registered yet"
          action={<LinkButton href="/services/new">Register a service</LinkButton>}
        >
          Tell Lastgood what you deploy and where. From then on this shows for each environment whether it
          could be rolled back right now.
        </EmptyState>
      }
    />
  );
}

/** Yes, no or not known, with the reason. */
export function Readiness({ place }: { place: Pick<Place, "ready" | "lacks"> }) {
  if (place.lacks === "deployment") return <span className="text-faint">{lackWords.deployment}</span>;
  const [Icon, look] =
    place.ready === true
      ? [CircleCheck, "text-state-ok-text"]
      : place.ready === false
        ? [CircleX, "text-state-danger-text"]
        : [CircleHelp, "hatched w-fit rounded-1 px-1 text-state-unknown-text"];
  return (
    <span className={`inline-flex items-start gap-1.5 ${look}`}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="self-baseline">{place.lacks === null ? "Yes" : lackWords[place.lacks]}</span>
    </span>
  );
}
