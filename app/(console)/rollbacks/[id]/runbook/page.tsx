import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { RunbookScreen } from "#components/report/runbook-screen.tsx";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { getRunbook } from "#lib/queries/rollback/runbook.ts";
import { readPage } from "#lib/web/read-page.ts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Runbook ${(await params).id}` };
}

export default async function RunbookPage({ params }: Props) {
  const { id } = await params;
  const read = await readPage((actor) => Promise.all([getRollback(actor, id), getRunbook(actor, id)]));
  if (!read.ok) return <RefusedPage what="Runbook" problem={read.problem} />;
  const [rollback, markdown] = read.data;
  return <RunbookScreen rollback={rollback} markdown={markdown} />;
}
