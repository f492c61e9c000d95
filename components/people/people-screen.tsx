"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Listed } from "#components/console/open-work.ts";
import { OlderLink } from "#components/list/older-link.tsx";
import { AddPersonDialog } from "#components/people/add-person-dialog.tsx";
import { GrantList } from "#components/people/grant-list.tsx";
import type { AccountView, AddPerson } from "#components/people/people-data.ts";
import { PeopleTabs } from "#components/people/people-tabs.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable, type Column } from "#components/ui/data-table.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";

type Listing = AccountView & { lastSeenAt: string | null };

const columns: readonly Column<Listing>[] = [
  { key: "name", header: "Name", isName: true, width: "24%", cell: (row) => row.name },
  {
    key: "email",
    header: "E-mail",
    width: "24%",
    cell: (row) => <span className="break-all">{row.email}</span>,
  },
  { key: "roles", header: "Holds", cell: (row) => <GrantList grants={row.grants} /> },
  {
    key: "by",
    header: "Signs in with",
    isExtra: true,
    cell: ({ signsInWith: { password, singleSignOn } }) =>
      [password ? "password" : null, singleSignOn ? "single sign-on" : null].filter(Boolean).join(", ") ||
      "nothing yet",
  },
  {
    key: "seen",
    header: "Last here",
    width: "9rem",
    cell: (row) =>
      row.disabledAt !== null ? (
        <span className="font-strong text-state-warn-text">Disabled</span>
      ) : row.lastSeenAt === null ? (
        <span className="text-faint">never</span>
      ) : (
        <RelativeTime at={row.lastSeenAt} />
      ),
  },
];

/** Everybody with an account, and what they hold. */
export function PeopleScreen({
  list,
  systems,
  add,
}: {
  list: Listed<Listing>;
  systems: readonly string[];
  add: AddPerson;
}) {
  const router = useRouter();
  const [isAdding, setIsAdding] = useState(false);
  return (
    <Page
      what="People"
      actions={
        <Button look="primary" icon={<UserPlus aria-hidden />} onClick={() => setIsAdding(true)}>
          Add a person
        </Button>
      }
    >
      <PeopleTabs />
      <DataTable
        caption="People"
        columns={columns}
        rows={list.items}
        rowKey={(row) => row.id}
        rowHref={(row) => `/people/${row.id}`}
      />
      <OlderLink next={list.next} />
      {isAdding && (
        <AddPersonDialog
          add={add}
          systems={systems}
          onClose={() => setIsAdding(false)}
          onDone={(id) => router.push(`/people/${id}`)}
        />
      )}
    </Page>
  );
}
