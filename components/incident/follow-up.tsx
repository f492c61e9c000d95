"use client";

import Link from "next/link";
import type { CheckActs } from "#components/wizard/check-acts.ts";
import { CheckLists } from "#components/wizard/check-lists.tsx";
import { openRequired } from "#lib/domain/checklist.ts";
import type { IncidentView } from "#lib/domain/view.ts";

type FollowUpProps = {
  followUp: IncidentView["followUp"][number];
  acts: CheckActs;
  onChanged: () => void;
};

/** What is left to do after a rollback of the incident. What is required of it is done before the incident is closed. */
export function FollowUp({ followUp, acts, onChanged }: FollowUpProps) {
  const { rollback, number, items, lists } = followUp;
  const open = openRequired(items).length;
  return (
    <div className="grid grid-cols-1 gap-4">
      <p className="text-secondary">
        After{" "}
        <Link href={`/rollbacks/${number}`} className="link figures">
          {number}
        </Link>
        {open > 0 &&
          `: ${open} required ${open === 1 ? "item keeps" : "items keep"} the review from being closed`}
        .
      </p>
      <CheckLists items={items} lists={lists} rollback={rollback} acts={acts} onChanged={onChanged} />
    </div>
  );
}
