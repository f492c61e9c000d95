import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { InboxScreen, type InboxState } from "#components/approval/inbox-screen.tsx";
import { approvalInbox } from "#lib/queries/approval/inbox.ts";
import { readPage } from "#lib/web/read-page.ts";
import { oneOf, textOf, type SearchParams } from "#lib/web/search-params.ts";

export const metadata: Metadata = { title: "Approvals" };

const states: readonly InboxState[] = ["needs_approval", "completed", "all"];

export default async function ApprovalsPage({ searchParams }: { searchParams: SearchParams }) {
  const asked = await searchParams;
  const state = oneOf(asked["state"], states) ?? "needs_approval";
  const cursor = textOf(asked["cursor"]);
  const read = await readPage((actor) =>
    approvalInbox(actor, { state, limit: 50, cursor: cursor ?? undefined }),
  );
  if (!read.ok) return <RefusedPage what="Approvals" problem={read.problem} />;
  return <InboxScreen key={`${state} ${cursor ?? ""}`} state={state} first={read.data} cursor={cursor} />;
}
