import type { Metadata } from "next";
import { create, revoke } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { TokensScreen } from "#components/people/tokens-screen.tsx";
import { listSystems } from "#lib/queries/service/systems.ts";
import { listTokens } from "#lib/queries/token/list.ts";
import { readMe } from "#lib/queries/user/me.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";
import { textOf, type SearchParams } from "#lib/web/search-params.ts";

export const metadata: Metadata = { title: "API tokens" };

export default async function TokensPage({ searchParams }: { searchParams: SearchParams }) {
  const asked = await searchParams;
  const isEveryones = asked["of"] === "everyone";
  const cursor = textOf(asked["cursor"]) ?? undefined;
  const read = await readPage(async (actor) => {
    const [list, systems, me, everywhere] = await Promise.all([
      listTokens(actor, { of: isEveryones ? "everyone" : "me", limit: 100, cursor }),
      listSystems(actor),
      readMe(actor),
      roleIn(actor, null),
    ]);
    return { list, systems, me: actor.id, role: me.role, maySeeAll: everywhere === "admin" };
  });
  if (!read.ok) return <RefusedPage what="API tokens" problem={read.problem} />;
  return <TokensScreen {...read.data} isEveryones={isEveryones} actions={{ create, revoke }} />;
}
