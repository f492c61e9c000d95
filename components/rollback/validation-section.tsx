"use client";

import { Button } from "#components/ui/button.tsx";
import { Section } from "#components/ui/section.tsx";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import type { CheckActs } from "#components/wizard/check-acts.ts";
import { CheckRow } from "#components/wizard/check-row.tsx";
import { heldOf } from "#lib/domain/validation-held.ts";
import type { RollbackView } from "#lib/domain/view.ts";

type ValidationSectionProps = { rollback: RollbackView; acts: CheckActs; onChanged: () => void };

/** What must be true after the rollback, as one list: what was proved, what was measured since, what people say. */
export function ValidationSection({ rollback, acts, onChanged }: ValidationSectionProps) {
  const { run, isBusy, problem } = useAct(acts.recheck);
  const { validation, id } = rollback;
  const isLeft = validation.some((item) => item.may.checkAgain && item.state !== "done");
  const again = async () => {
    await run({ id });
    onChanged();
  };
  return (
    <Section
      title="Is it right again?"
      aside={
        <>
          <span className="figures text-primary">{heldOf(validation).sentence}</span>
          {isLeft && (
            <Button look="quiet" busy={isBusy && "Checking"} onClick={() => void again()}>
              Check all again
            </Button>
          )}
        </>
      }
      hint="By the evidence of the steps, by what was measured since, and by what people saw. What is not known does not count."
    >
      {problem && <ProblemNotice problem={problem} />}
      <ul aria-label="Is it right again?">
        {validation.map((item) => (
          <CheckRow
            key={item.id}
            item={item}
            rollback={id}
            acts={acts}
            isFirst={false}
            isLooking={isBusy}
            onChanged={onChanged}
          />
        ))}
      </ul>
    </Section>
  );
}
