"use client";

import { PencilLine } from "lucide-react";
import { useState } from "react";
import { OpenDrafts } from "#components/playbook/open-drafts.tsx";
import { Page } from "#components/shell/page.tsx";
import { DataTable, type Column } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";

export type PlaybookRow = {
  id: string;
  title: string;
  version: number;
  builtIn: boolean;
  rows: number;
  procedures: number;
  triggers: number;
  usedBy: number;
  changedAt: string;
  changedBy: string | null;
  retiredAt: string | null;
};

const columns: readonly Column<PlaybookRow>[] = [
  {
    key: "title",
    header: "Playbook",
    isName: true,
    width: "36%",
    cell: (row) => (
      <>
        {row.title}
        <span className="figures block text-12 font-regular break-all text-faint">{row.id}</span>
      </>
    ),
  },
  { key: "version", header: "Version", isFigure: true, cell: (row) => row.version },
  { key: "usedBy", header: "Services", isFigure: true, cell: (row) => row.usedBy },
  { key: "rows", header: "Rows", isFigure: true, isExtra: true, cell: (row) => row.rows },
  { key: "triggers", header: "Triggers", isFigure: true, isExtra: true, cell: (row) => row.triggers },
  { key: "procedures", header: "Procedures", isFigure: true, isExtra: true, cell: (row) => row.procedures },
  {
    key: "changed",
    header: "Last change",
    cell: (row) => (
      <>
        <RelativeTime at={row.changedAt} />
        <span className="block text-12 break-words text-faint">{originOf(row)}</span>
      </>
    ),
  },
];

/** Enough to be looked for by name. */
const many = 12;

/** The rules there are: to be read, tried and written. */
export function PlaybookList({ playbooks, person }: { playbooks: readonly PlaybookRow[]; person: string }) {
  const [text, setText] = useState("");
  const words = text.toLowerCase().split(/\s+/);
  const shown = playbooks.filter((one) =>
    words.every((word) => `${one.title} ${one.id}`.toLowerCase().includes(word)),
  );
  const offered = shown.filter((one) => one.retiredAt === null);
  const retired = shown.filter((one) => one.retiredAt !== null);
  return (
    <Page
      what="Playbooks"
      actions={
        <LinkButton look="primary" href="/playbooks/new" icon={<PencilLine aria-hidden />}>
          Write a playbook
        </LinkButton>
      }
    >
      <OpenDrafts person={person} />
      {playbooks.length > many && (
        <div className="max-w-sm">
          <Field label="Find a playbook">
            {(control) => (
              <Input
                {...control}
                type="search"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        </div>
      )}
      <p role="status" className={shown.length === 0 && text !== "" ? "text-secondary" : "sr-only"}>
        {text === "" ? "" : shown.length === 0 ? "No playbook is called that." : `${shown.length} playbooks`}
      </p>
      {(offered.length > 0 || playbooks.length === 0) && (
        <Rows
          caption="Playbooks"
          playbooks={offered}
          empty={
            <EmptyState title="There is no playbook">
              The built-in ones are stored when the database is prepared. Start Lastgood again, or write one
              of your own.
            </EmptyState>
          }
        />
      )}
      {retired.length > 0 && (
        <Section
          title="Retired"
          hint="No service can follow these. They stay for the records that name them; a new version brings one back."
        >
          <Rows caption="Retired playbooks" playbooks={retired} empty={null} />
        </Section>
      )}
    </Page>
  );
}

function Rows({
  caption,
  playbooks,
  empty,
}: {
  caption: string;
  playbooks: readonly PlaybookRow[];
  empty: React.ReactNode;
}) {
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={playbooks}
      rowKey={(row) => row.id}
      rowHref={(row) => `/playbooks/${row.id}`}
      empty={empty}
    />
  );
}

function originOf({ builtIn, changedBy }: PlaybookRow): string {
  if (builtIn) return "came with Lastgood";
  return changedBy === null ? "from the command line" : `by ${changedBy}`;
}
