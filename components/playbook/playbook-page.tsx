"use client";

import { Download, PencilLine } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Page } from "#components/shell/page.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";

/** Which playbook a page is about. */
export type PlaybookHead = {
  id: string;
  title: string;
  version: number;
  /** Every stored version, newest first. */
  versions: readonly number[];
  retiredAt: string | null;
};

type PlaybookTab = "read" | "try" | "versions" | "services";

const tabs = [
  { id: "read", label: "Read", path: "" },
  { id: "try", label: "Try", path: "/try" },
  { id: "versions", label: "Versions", path: "/versions" },
  { id: "services", label: "Services", path: "/services" },
] as const;

type PlaybookPageProps = {
  head: PlaybookHead;
  tab: PlaybookTab;
  /** Of services, where known. */
  usedBy?: number;
  aside?: ReactNode;
  /** Instead of writing and exporting. */
  actions?: ReactNode;
  actionsNote?: ReactNode;
  children: ReactNode;
};

/** A page about one playbook: its tabs, and whether what one reads is in force. */
export function PlaybookPage({
  head,
  tab,
  usedBy,
  aside,
  actions,
  actionsNote,
  children,
}: PlaybookPageProps) {
  const { id, version } = head;
  const newest = head.versions[0] ?? version;
  const asked = version === newest ? "" : `?version=${version}`;
  const counts = { versions: head.versions.length, services: usedBy };
  return (
    <Page
      what={head.title}
      up={{ href: "/playbooks", label: "Playbooks" }}
      {...(aside === undefined ? {} : { aside })}
      {...(actionsNote === undefined ? {} : { actionsNote })}
      actions={
        actions ?? (
          <>
            <ExportLink id={id} version={version} />
            <LinkButton
              look="primary"
              href={`/playbooks/${id}/write${asked}`}
              icon={<PencilLine aria-hidden />}
            >
              Write the next version
            </LinkButton>
          </>
        )
      }
    >
      <TabLinks
        label="Views of the playbook"
        tabs={tabs.map(({ id: name, label, path }) => {
          const count = name === "versions" || name === "services" ? counts[name] : undefined;
          return {
            href: `/playbooks/${id}${path}${name === "read" || name === "try" ? asked : ""}`,
            label,
            isCurrent: name === tab,
            ...(count === undefined ? {} : { count }),
          };
        })}
      />
      {head.retiredAt !== null && (
        <Notice tone="warn" title="Retired">
          No service can follow it. It stays for the records that name it; a new version brings it back.
        </Notice>
      )}
      {version !== newest && (
        <Notice
          tone="warn"
          title={`This is version ${version}`}
          action={
            <Link href={`/playbooks/${id}`} className="link">
              Read version {newest}
            </Link>
          }
        >
          What begins now goes by version {newest}. Incidents and rollbacks that began with this one keep it.
        </Notice>
      )}
      {children}
    </Page>
  );
}

/** The stored text as a file. Not a page, so not a link of the router. */
function ExportLink({ id, version }: { id: string; version: number }) {
  return (
    <LinkButton
      href={`/api/v1/playbooks/${id}/export.yaml?version=${version}`}
      prefetch={false}
      download
      icon={<Download aria-hidden />}
    >
      Export
    </LinkButton>
  );
}
