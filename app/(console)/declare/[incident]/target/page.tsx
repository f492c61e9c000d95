import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { edit, request } from "../../actions.ts";
import { resumeAt } from "../resume-at.ts";
import { readTarget } from "./read-target.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { TargetScreen } from "#components/wizard/target-screen.tsx";
import { getIncident } from "#lib/queries/incident/get.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "Scope and target" };

type Props = {
  params: Promise<{ incident: string }>;
  searchParams: Promise<{ rollback?: string | string[] }>;
};

export default async function TargetPage({ params, searchParams }: Props) {
  const { incident: id } = await params;
  const wanted = [(await searchParams).rollback].flat()[0] ?? null;
  const read = await readPage(async (actor) => {
    const incident = await getIncident(actor, id);
    const other = resumeAt(incident, wanted);
    return other === null ? readTarget(actor, incident, wanted) : { other };
  });
  if (!read.ok) return <RefusedPage what="Scope and target" problem={read.problem} />;
  if ("other" in read.data) redirect(read.data.other);
  return <TargetScreen {...read.data} request={request} edit={edit} />;
}
