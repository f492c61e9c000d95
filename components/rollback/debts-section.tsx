"use client";

import type { Act } from "#components/action/answer.ts";
import { LongText } from "#components/approval/long-text.tsx";
import { DebtForm } from "#components/rollback/debt-form.tsx";
import { useNow } from "#components/ui/clock-provider.tsx";
import { Countdown } from "#components/ui/countdown.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import type { DebtView, RollbackView } from "#lib/domain/view.ts";

type DebtsSectionProps = {
  rollback: RollbackView;
  /** The documentation as the report would write it; null where nobody has to. */
  draft: string | null;
  complete: Act<{ review: string; text: string }>;
  onDone: () => void;
};

const titles: Record<DebtView["kind"], string> = {
  review: "Review of the emergency",
  documentation: "Documentation of the emergency",
};

/** What the emergency left to be done: the review and the record, each written here and kept for good. */
export function DebtsSection({ rollback, draft, complete, onDone }: DebtsSectionProps) {
  return (
    <div id="debts" className="grid scroll-mt-24 grid-cols-1 gap-6">
      {rollback.debts.map((debt) => (
        <Section key={debt.id} title={titles[debt.kind]} aside={<DueWords debt={debt} />}>
          {debt.doneAt !== null ? (
            <>
              <LongText text={debt.text ?? ""} />
              <p className="pt-1 text-12 text-faint">
                {debt.doneBy?.name ?? "Somebody"}, <RelativeTime at={debt.doneAt} />
              </p>
            </>
          ) : debt.mayComplete ? (
            <DebtForm
              key={`${debt.id} ${draft === null ? "" : "drafted"}`}
              debt={debt}
              draft={debt.kind === "documentation" ? (draft ?? "") : ""}
              complete={complete}
              onDone={onDone}
            />
          ) : (
            <p className="text-secondary">{debt.owedBy.name} owes it.</p>
          )}
        </Section>
      ))}
    </div>
  );
}

function DueWords({ debt }: { debt: DebtView }) {
  const now = useNow();
  if (debt.doneAt !== null) return <span>done</span>;
  const isOver = now !== null && Date.parse(debt.dueAt) < now;
  return (
    <span>
      {isOver ? "" : "due in "}
      <Countdown to={debt.dueAt} warnSeconds={3600} overWord="overdue by" />
      {debt.escalatedAt !== null && ", the admins were told"}
    </span>
  );
}
