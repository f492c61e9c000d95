import { redirect } from "next/navigation";
import { resumeAt } from "./resume-at.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { getIncident } from "#lib/queries/incident/get.ts";
import { readPage } from "#lib/web/read-page.ts";

/** Goes on where the incident stands: at its draft, at its running rollback, or at the choice of a target. */
export default async function ResumePage({ params }: { params: Promise<{ incident: string }> }) {
  const { incident: id } = await params;
  const read = await readPage((actor) => getIncident(actor, id));
  if (!read.ok) return <RefusedPage what="Roll back" problem={read.problem} />;
  redirect(resumeAt(read.data, null) ?? `/declare/${read.data.number}/target`);
}
