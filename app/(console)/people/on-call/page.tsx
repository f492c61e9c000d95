import type { Metadata } from "next";
import { assign, end } from "./actions.ts";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { OnCallScreen } from "#components/people/on-call-screen.tsx";
import { shownDays } from "#components/people/shift-lanes.ts";
import { onCallRoster } from "#lib/queries/on-call/roster.ts";
import { readPage } from "#lib/web/read-page.ts";

export const metadata: Metadata = { title: "On call" };

export default async function OnCallPage() {
  const read = await readPage((actor) => onCallRoster(actor, shownDays));
  if (!read.ok) return <RefusedPage what="On call" problem={read.problem} />;
  return <OnCallScreen {...read.data} actions={{ assign, end }} />;
}
