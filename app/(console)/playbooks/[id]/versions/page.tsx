import type { Metadata } from "next";
import { versionOf } from "../../version-of.ts";
import { readVersions } from "./read-versions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { VersionsScreen } from "#components/playbook/versions-screen.tsx";
import { readPage } from "#lib/web/read-page.ts";
import { textOf, type SearchParams } from "#lib/web/search-params.ts";

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Versions of ${(await params).id}` };
}

export default async function VersionsPage({ params, searchParams }: Props) {
  const [{ id }, asked] = await Promise.all([params, searchParams]);
  const read = await readPage((actor) =>
    readVersions(actor, id, {
      from: versionOf(asked["from"]),
      to: versionOf(asked["to"]),
      cursor: textOf(asked["cursor"]) ?? undefined,
    }),
  );
  if (!read.ok) return <RefusedPage what="Versions of a playbook" problem={read.problem} />;
  return <VersionsScreen {...read.data} />;
}
