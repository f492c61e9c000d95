import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { PlaybookScreen } from "#components/playbook/playbook-screen.tsx";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { readPage } from "#lib/web/read-page.ts";
import { textOf, type SearchParams } from "#lib/web/search-params.ts";

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Playbook ${(await params).id}` };
}

export default async function PlaybookPage({ params, searchParams }: Props) {
  const { id } = await params;
  const text = textOf((await searchParams)["version"]);
  const version = text !== null && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
  const read = await readPage((actor) => getPlaybook(actor, id, version));
  if (!read.ok) return <RefusedPage what="Playbook" problem={read.problem} />;
  return <PlaybookScreen playbook={read.data} />;
}
