import type { Metadata } from "next";
import { change, note, update } from "./actions.ts";
import { pass, recheck, tick } from "../../rollbacks/[id]/actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { IncidentScreen } from "#components/incident/incident-screen.tsx";
import { getIncident } from "#lib/queries/incident/get.ts";
import { incidentScreen } from "#lib/queries/incident/screen.ts";
import { readPage } from "#lib/web/read-page.ts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  const read = await readPage((actor) => getIncident(actor, id));
  return { title: read.ok ? `${read.data.number}: ${read.data.title}` : "Incident" };
}

export default async function IncidentPage({ params }: Props) {
  const { id } = await params;
  const read = await readPage((actor) => incidentScreen(actor, id));
  if (!read.ok) return <RefusedPage what="Incident" problem={read.problem} />;
  return (
    <IncidentScreen
      key={read.data.incident.id}
      {...read.data}
      acts={{ change, note, update, tick, recheck, pass }}
    />
  );
}
