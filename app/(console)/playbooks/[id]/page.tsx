import type { Metadata } from "next";
import { retire } from "../actions.ts";
import { versionOf } from "../version-of.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { PlaybookScreen } from "#components/playbook/playbook-screen.tsx";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";
import { readPage } from "#lib/web/read-page.ts";
import type { SearchParams } from "#lib/web/search-params.ts";

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Playbook ${(await params).id}` };
}

export default async function PlaybookPage({ params, searchParams }: Props) {
  const { id } = await params;
  const version = versionOf((await searchParams)["version"]);
  const read = await readPage(async (actor) => {
    const [playbook, role] = await Promise.all([getPlaybook(actor, id, version), roleIn(actor, null)]);
    return { playbook, mayRetire: role === "admin" };
  });
  if (!read.ok) return <RefusedPage what="Playbook" problem={read.problem} />;
  return <PlaybookScreen {...read.data} retire={retire} />;
}
