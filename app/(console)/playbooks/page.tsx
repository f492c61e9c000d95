import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { PlaybookList } from "#components/playbook/playbook-list.tsx";
import { listPlaybooks } from "#lib/queries/playbook/list.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Playbooks" };

export default async function PlaybooksPage() {
  const read = await readPage(listPlaybooks);
  if (!read.ok) return <RefusedPage what="Playbooks" problem={read.problem} />;
  return (
    <PlaybookList
      playbooks={read.data.items.map((one) => ({
        id: one.id,
        title: one.title,
        version: one.version,
        rows: one.matrices.reduce((sum, matrix) => sum + matrix.rows.length, 0),
        procedures: one.procedures.length,
        triggers: one.triggers.length,
        usedBy: one.usedBy.length,
        builtIn: one.builtIn,
      }))}
    />
  );
}
