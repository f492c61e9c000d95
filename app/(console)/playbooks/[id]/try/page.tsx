import type { Metadata } from "next";
import { documentOf, headOf } from "../../head-of.ts";
import { versionOf } from "../../version-of.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { TryScreen } from "#components/playbook/try-screen.tsx";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { readPage } from "#lib/web/read-page.ts";
import type { SearchParams } from "#lib/web/search-params.ts";

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Try ${(await params).id}` };
}

export default async function TryPage({ params, searchParams }: Props) {
  const [{ id }, asked] = await Promise.all([params, searchParams]);
  const beside = versionOf(asked["with"]);
  const read = await readPage(async (actor) => {
    const [playbook, other] = await Promise.all([
      getPlaybook(actor, id, versionOf(asked["version"])),
      beside === undefined ? null : getPlaybook(actor, id, beside),
    ]);
    return {
      head: headOf(playbook),
      usedBy: playbook.usedBy.length,
      playbook: documentOf(playbook),
      other: other && documentOf(other),
    };
  });
  if (!read.ok) return <RefusedPage what="Try a playbook" problem={read.problem} />;
  return <TryScreen {...read.data} />;
}
