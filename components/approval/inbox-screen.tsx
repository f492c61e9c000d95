"use client";

import Link from "next/link";
import { ApprovalRow } from "#components/approval/approval-row.tsx";
import type { InboxItem, Listed } from "#components/console/open-work.ts";
import { SteadyList } from "#components/console/steady-list.tsx";
import { usePolled } from "#components/console/use-polled.ts";
import { Page } from "#components/shell/page.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";

const inboxStates = ["needs_approval", "completed", "all"] as const;
export type InboxState = (typeof inboxStates)[number];

const labels: Record<InboxState, string> = {
  needs_approval: "Needs approval",
  completed: "Completed",
  all: "All",
};

/** Plans that wait for a signature; the reader's own first. */
export function InboxScreen({
  state,
  first,
  cursor,
}: {
  state: InboxState;
  first: Listed<InboxItem>;
  cursor: string | null;
}) {
  const page = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
  const list = usePolled(`/approvals?state=${state}&limit=50${page}`, first).data;
  return (
    <Page what="Approvals">
      <TabLinks
        label="Which approvals"
        tabs={inboxStates.map((one) => ({
          href: one === "needs_approval" ? "/approvals" : `/approvals?state=${one}`,
          label: labels[one],
          isCurrent: one === state,
          ...(one === "needs_approval" && one === state ? { count: list.items.length } : {}),
        }))}
      />
      {list.items.length === 0 ? (
        <Empty state={state} />
      ) : (
        <SteadyList
          items={list.items}
          label={labels[state]}
          keyOf={(one) => one.id}
          {...(state === "needs_approval" ? { sort: mineFirst } : {})}
        >
          {(item, isGone) => <ApprovalRow key={item.id} item={item} isGone={isGone} />}
        </SteadyList>
      )}
      {list.next !== null && (
        <p>
          <Link href={`/approvals?state=${state}&cursor=${encodeURIComponent(list.next)}`} className="link">
            Older ones
          </Link>
        </p>
      )}
    </Page>
  );
}

function mineFirst(a: InboxItem, b: InboxItem): number {
  return Number(b.mine) - Number(a.mine) || (a.expiresAt ?? "").localeCompare(b.expiresAt ?? "");
}

function Empty({ state }: { state: InboxState }) {
  if (state === "needs_approval") {
    return (
      <EmptyState
        title="Nothing waits for approval"
        action={<LinkButton href="/approvals?state=completed">Completed ones</LinkButton>}
      >
        When somebody submits a plan for a protected environment, it stands here until enough people have
        signed it or its time is over.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing was decided yet">
      Every approval and rejection stays here, with the plan that it was about and who gave it.
    </EmptyState>
  );
}
