import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { cancel, recheck } from "../../actions.ts";
import { readDraft } from "../read-draft.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { PlanScreen } from "#components/wizard/plan-screen.tsx";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Plan" };

type Props = {
  params: Promise<{ incident: string }>;
  searchParams: Promise<{ rollback?: string | string[] }>;
};

export default async function PlanPage({ params, searchParams }: Props) {
  const { incident } = await params;
  const named = [(await searchParams).rollback].flat()[0];
  const read = await readPage((actor) => readDraft(actor, incident, named));
  if (!read.ok) return <RefusedPage what="Plan" problem={read.problem} />;
  if ("href" in read.data) redirect(read.data.href);
  return <PlanScreen key={read.data.rollback.number} {...read.data} recheck={recheck} cancel={cancel} />;
}
