import Link from "next/link";
import type { AuditEntry } from "#components/audit/audit-data.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { ExactTime } from "#components/ui/exact-time.tsx";

/** Entries of the record, one line each; opened, with everything that was recorded and its hash. */
export function AuditEntries({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <ol aria-label="Entries">
      {entries.map((entry) => (
        <li key={entry.position} className="border-b border-line-faint">
          <details className="group">
            <summary className="grid cursor-pointer list-none grid-cols-[4.5rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 py-row hover:bg-surface-panel lg:grid-cols-[4.5rem_15rem_minmax(0,1fr)_minmax(0,2fr)_auto] [&::-webkit-details-marker]:hidden">
              <span className="figures text-faint">{entry.position}</span>
              <span className="figures break-all">{entry.type}</span>
              <span className="min-w-0 break-words max-lg:col-start-2">{entry.actor.name}</span>
              <span className="line-clamp-2 min-w-0 break-words text-secondary max-lg:col-start-2">
                {gistOf(entry.data)}
              </span>
              <span className="text-secondary max-lg:col-start-2 max-lg:text-12 lg:text-right">
                <ExactTime at={entry.at} form="date" />
              </span>
            </summary>
            <div className="grid gap-2 pb-3 pl-[5.25rem] max-sm:pl-0">
              <p className="text-secondary">
                About <SubjectLink subject={entry.subject} />
              </p>
              <pre
                tabIndex={0}
                aria-label={`Data of entry ${entry.position}`}
                className="max-h-96 overflow-auto rounded-1 bg-surface-sunken px-2.5 py-1.5 text-12 leading-5 break-words whitespace-pre-wrap"
              >
                {JSON.stringify(entry.data, null, 2)}
              </pre>
              <p className="flex items-center gap-1 text-12 text-faint">
                Hash <span className="figures break-all">{entry.hash}</span>
                <CopyButton text={entry.hash} what={`hash of entry ${entry.position}`} />
              </p>
            </div>
          </details>
        </li>
      ))}
    </ol>
  );
}

/** What tells this entry from its neighbours, in the order in which people look for it. */
const telling = [
  "number",
  "title",
  "email",
  "name",
  "service",
  "environment",
  "version",
  "role",
  "decision",
  "key",
  "reason",
  "text",
];

function gistOf(data: AuditEntry["data"]): string {
  return telling
    .flatMap((name) => {
      const value = data[name];
      return typeof value === "string" && value !== "" ? [value] : [];
    })
    .slice(0, 4)
    .join(" · ");
}

const places: Record<string, string> = {
  rollback: "/rollbacks",
  incident: "/incidents",
  service: "/services",
  user: "/people",
  playbook: "/playbooks",
};

function SubjectLink({ subject }: { subject: AuditEntry["subject"] }) {
  const place = places[subject.kind];
  const words = (
    <>
      {subject.kind} <span className="figures break-all">{subject.id}</span>
    </>
  );
  return place === undefined ? (
    words
  ) : (
    <Link href={`${place}/${encodeURIComponent(subject.id)}`} className="link">
      {words}
    </Link>
  );
}
