import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { RollbackList } from "#components/list/rollback-list.tsx";
import { listRollbacks } from "#lib/queries/rollback/list.ts";
import { serviceNames } from "#lib/queries/service/names.ts";
import { readPage } from "#lib/web/read-page.ts";
import { textOf, type SearchParams } from "#lib/web/search-params.ts";

export const metadata: Metadata = { title: "Rollbacks" };

export default async function RollbacksPage({ searchParams }: { searchParams: SearchParams }) {
  const asked = await searchParams;
  const isAll = asked["state"] === "all";
  const service = textOf(asked["service"]) ?? undefined;
  const cursor = textOf(asked["cursor"]) ?? undefined;
  const read = await readPage(async (actor) => {
    const [first, services] = await Promise.all([
      listRollbacks(actor, { limit: 100, service, cursor, ...(isAll ? {} : { active: true }) }),
      serviceNames(actor),
    ]);
    return { first, services };
  });
  if (!read.ok) return <RefusedPage what="Rollbacks" problem={read.problem} />;
  const query = new URLSearchParams({
    limit: "100",
    ...(isAll ? {} : { active: "true" }),
    ...(service === undefined ? {} : { service }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const path = `/rollbacks?${query.toString()}`;
  return <RollbackList key={path} path={path} isAll={isAll} {...read.data} />;
}
