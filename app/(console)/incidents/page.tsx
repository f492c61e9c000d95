import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { IncidentList } from "#components/list/incident-list.tsx";
import { listIncidents } from "#lib/queries/incident/list.ts";
import { serviceNames } from "#lib/queries/service/names.ts";
import { readPage } from "#lib/web/read-page.ts";
import { textOf, type SearchParams } from "#lib/web/search-params.ts";

export const metadata: Metadata = { title: "Incidents" };

export default async function IncidentsPage({ searchParams }: { searchParams: SearchParams }) {
  const asked = await searchParams;
  const isAll = asked["state"] === "all";
  const service = textOf(asked["service"]) ?? undefined;
  const cursor = textOf(asked["cursor"]) ?? undefined;
  const read = await readPage(async (actor) => {
    const [first, services] = await Promise.all([
      listIncidents(actor, { limit: 100, service, cursor, ...(isAll ? {} : { active: true }) }),
      serviceNames(actor),
    ]);
    return { first, services };
  });
  if (!read.ok) return <RefusedPage what="Incidents" problem={read.problem} />;
  const query = new URLSearchParams({
    limit: "100",
    ...(isAll ? {} : { active: "true" }),
    ...(service === undefined ? {} : { service }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const path = `/incidents?${query.toString()}`;
  return <IncidentList key={path} path={path} isAll={isAll} {...read.data} />;
}
