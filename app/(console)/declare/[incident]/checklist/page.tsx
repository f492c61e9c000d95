import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { cancel, edit, submit, tick } from "../../actions.ts";
import { readDraft } from "../read-draft.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { ChecklistScreen } from "#components/wizard/checklist-screen.tsx";
import { getPlaybook } from "#lib/queries/playbook/get.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Checklist" };

type Props = {
  params: Promise<{ incident: string }>;
  searchParams: Promise<{ rollback?: string | string[] }>;
};

export default async function ChecklistPage({ params, searchParams }: Props) {
  const { incident } = await params;
  const named = [(await searchParams).rollback].flat()[0];
  const read = await readPage(async (actor) => {
    const draft = await readDraft(actor, incident, named);
    if ("href" in draft) return draft;
    const { id, version } = draft.rollback.playbook;
    const { checklists } = await getPlaybook(actor, id, version);
    const items = checklists.flatMap((list) => list.items);
    const help = items.flatMap((item) => (item.kind === "manual" && item.help ? [[item.id, item.help]] : []));
    return { ...draft, help: Object.fromEntries(help) as Record<string, string> };
  });
  if (!read.ok) return <RefusedPage what="Checklist" problem={read.problem} />;
  if ("href" in read.data) redirect(read.data.href);
  return (
    <ChecklistScreen
      key={read.data.rollback.number}
      {...read.data}
      tick={tick}
      edit={edit}
      submit={submit}
      cancel={cancel}
    />
  );
}
