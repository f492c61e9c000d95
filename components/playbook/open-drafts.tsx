"use client";

import Link from "next/link";
import { usePlaybookDrafts } from "#components/playbook/use-playbook-draft.ts";
import { Notice } from "#components/ui/notice.tsx";

/** What this person has begun to write in this browser and not stored. */
export function OpenDrafts({ person }: { person: string }) {
  const drafts = usePlaybookDrafts(person);
  if (drafts.length === 0) return null;
  return (
    <Notice tone="info" title={drafts.length === 1 ? "You have a draft" : `You have ${drafts.length} drafts`}>
      <ul>
        {drafts.map((draft) => (
          <li key={draft.name}>
            <Link
              href={draft.href}
              className="link inline-flex min-h-6 items-center break-all pointer-coarse:min-h-11"
            >
              {draft.title}
            </Link>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
