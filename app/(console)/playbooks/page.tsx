import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { PlaybookList } from "#components/playbook/playbook-list.tsx";
import { playbookOverview } from "#lib/queries/playbook/overview.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Playbooks" };

export default async function PlaybooksPage() {
  const read = await readPage(playbookOverview);
  if (!read.ok) return <RefusedPage what="Playbooks" problem={read.problem} />;
  return <PlaybookList playbooks={read.data} person={read.actor.id} />;
}
