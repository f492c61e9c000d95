"use client";

import Link from "next/link";
import { useNow } from "#components/ui/clock-provider.tsx";
import { Countdown } from "#components/ui/countdown.tsx";
import type { DebtKind } from "#lib/domain/emergency.ts";
import type { PersonRef } from "#lib/domain/view.ts";

export type ReviewDebt = {
  id: string;
  kind: DebtKind;
  number: string;
  owedBy: PersonRef;
  isMine: boolean;
  dueAt: string;
  overdue: boolean;
};

/** What emergencies left to be written, the first due first. A review that is overdue shuts the next emergency. */
export function ReviewRows({ reviews }: { reviews: readonly ReviewDebt[] }) {
  const now = useNow();
  return (
    <ul>
      {reviews.map((debt) => {
        const isOver = now === null ? debt.overdue : Date.parse(debt.dueAt) < now;
        return (
          <li
            key={debt.id}
            className="relative flex flex-wrap items-baseline gap-x-4 gap-y-1 border-b border-line-faint py-2.5 hover:bg-surface-panel"
          >
            <Link
              href={`/rollbacks/${debt.number}#debts`}
              className="min-w-0 text-16 font-strong break-words after:absolute after:inset-0"
            >
              {titleOf(debt)}
            </Link>
            <span className="text-secondary">
              {isOver &&
                debt.isMine &&
                debt.kind === "review" &&
                "Until it is done, you cannot call another emergency."}
            </span>
            <span className="ml-auto text-secondary">
              {isOver ? "" : "due in "}
              <Countdown to={debt.dueAt} warnSeconds={3600} overWord="overdue by" />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function titleOf({ kind, number, isMine, owedBy }: ReviewDebt): string {
  if (!isMine) return `${owedBy.name} owes the ${kind} of the emergency ${number}`;
  return kind === "review" ? `Review the emergency ${number}` : `Document the emergency ${number}`;
}
