import type { Metadata } from "next";
import { add } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { NotAdmin } from "#components/people/not-admin.tsx";
import { PeopleScreen } from "#components/people/people-screen.tsx";
import { listSystems } from "#lib/queries/service/systems.ts";
import { listUsers } from "#lib/queries/user/list.ts";
import { readPage } from "#lib/web/read-page.ts";
import { textOf, type SearchParams } from "#lib/web/search-params.ts";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage({ searchParams }: { searchParams: SearchParams }) {
  const cursor = textOf((await searchParams)["cursor"]) ?? undefined;
  const read = await readPage(async (actor) => {
    const [list, systems] = await Promise.all([listUsers(actor, { limit: 200, cursor }), listSystems(actor)]);
    return { list, systems };
  });
  if (read.ok) return <PeopleScreen {...read.data} add={add} />;
  if (read.problem.code === "FORBIDDEN") return <NotAdmin />;
  return <RefusedPage what="People" problem={read.problem} />;
}
