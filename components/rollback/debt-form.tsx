"use client";

import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { DebtView } from "#lib/domain/view.ts";

type DebtFormProps = {
  debt: DebtView;
  draft: string;
  complete: Act<{ review: string; text: string }>;
  onDone: () => void;
};

const asks: Record<DebtView["kind"], { label: string; hint: string; verb: string; rows: number }> = {
  review: {
    label: "What was skipped, and was it right?",
    hint: "Would an approver have said yes? What will be different the next time?",
    verb: "Complete the review",
    rows: 5,
  },
  documentation: {
    label: "The record",
    hint: "Drafted from what is recorded. Correct it and add what no machine saw.",
    verb: "Complete the documentation",
    rows: 14,
  },
};
const shortest = 20;

/** Writes what an emergency left to be written. What was typed stays until it was accepted. */
export function DebtForm({ debt, draft, complete, onDone }: DebtFormProps) {
  const { run, isBusy, problem } = useAct(complete);
  const [text, setText, forget] = useKept(`debt:${debt.id}`, draft);
  const { label, hint, verb, rows } = asks[debt.kind];
  const submit = async () => {
    const answer = await run({ review: debt.id, text: text.trim() });
    if (!answer.ok) return;
    forget();
    onDone();
  };
  return (
    <form
      className="grid max-w-3xl grid-cols-1 gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label={label} hint={hint}>
        {(control) => (
          <Textarea
            {...control}
            rows={rows}
            maxLength={20_000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {problem && <ProblemNotice problem={problem} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          look="primary"
          busy={isBusy && "Keeping"}
          unavailable={text.trim().length < shortest ? "Write at least a sentence first" : null}
        >
          {verb}
        </Button>
        <span className="text-12 text-faint">It cannot be changed afterwards.</span>
      </div>
    </form>
  );
}
