import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { cancel, recheck, submit, tick } from "../../actions.ts";
import { readDraft } from "../read-draft.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { ChecklistScreen } from "#components/wizard/checklist-screen.tsx";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Checklist" };

type Props = {
  params: Promise<{ incident: string }>;
  searchParams: Promise<{ rollback?: string | string[] }>;
};

export default async function ChecklistPage({ params, searchParams }: Props) {
  const { incident } = await params;
  const named = [(await searchParams).rollback].flat()[0];
  const read = await readPage((actor) => readDraft(actor, incident, named));
  if (!read.ok) return <RefusedPage what="Checklist" problem={read.problem} />;
  if ("href" in read.data) redirect(read.data.href);
  return (
    <ChecklistScreen
      key={read.data.rollback.number}
      {...read.data}
      acts={{ tick, recheck }}
      submit={submit}
      cancel={cancel}
    />
  );
}
