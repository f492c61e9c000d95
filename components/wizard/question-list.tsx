"use client";

import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import type { FactQuestion } from "#components/wizard/answers.ts";
import { FactField } from "#components/wizard/fact-field.tsx";
import { questionGroups, type QuestionGroup } from "#components/wizard/question-groups.ts";
import { stateWord } from "#components/ui/state.ts";
import type { Decision } from "#lib/domain/decision.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

type QuestionListProps = {
  playbook: Playbook;
  questions: readonly FactQuestion[];
  decision: Decision;
  onAnswer: (id: string, text: string | null) => void;
  onAnswerAll: (texts: Readonly<Record<string, string>>) => void;
};

/** With more open questions than these the mark at the side is enough. */
const fewWanted = 8;

/** What the playbook asks, table by table. A table that only refines a verdict is folded away until that is reached. */
export function QuestionList({ playbook, questions, decision, onAnswer, onAnswerAll }: QuestionListProps) {
  const groups = questionGroups(playbook, questions, decision);
  return (
    <div className="grid grid-cols-1 gap-6">
      {groups.map((group) => (
        <Group key={group.id} group={group} onAnswerAll={onAnswerAll}>
          <ul>
            {group.questions.map((question) => (
              <FactField
                key={question.answer.definition.id}
                question={question}
                isWanted={isWanted(question, decision.missing)}
                isSaid={decision.missing.length <= fewWanted}
                onAnswer={onAnswer}
              />
            ))}
          </ul>
        </Group>
      ))}
    </div>
  );
}

function Group({
  group,
  onAnswerAll,
  children,
}: {
  group: QuestionGroup;
  onAnswerAll: QuestionListProps["onAnswerAll"];
  children: ReactNode;
}) {
  if (group.title === "") return children;
  const { questions, title, waitsFor } = group;
  const answered = questions.filter((one) => one.answer.value !== null).length;
  const open = questions.filter(
    (one) => one.answer.definition.type === "yes_no" && one.answer.by === "nobody",
  );
  const count = (
    <span className="text-12 font-regular text-faint">
      {answered} of {questions.length} known
    </span>
  );
  if (waitsFor === null) {
    return (
      <section aria-label={title}>
        <h3 className="flex flex-wrap items-baseline justify-between gap-x-3 border-b border-line-faint pb-1 text-14 font-strong text-secondary">
          {title} {count}
        </h3>
        {children}
        {open.length > 2 && (
          <Button
            look="quiet"
            onClick={() =>
              onAnswerAll(Object.fromEntries(open.map((one) => [one.answer.definition.id, "no"])))
            }
          >
            No to the {open.length} that are open
          </Button>
        )}
      </section>
    );
  }
  const verdicts = waitsFor.map((one) => stateWord("verdict", one).word.toLowerCase()).join(" or ");
  return (
    <details className="group">
      <summary className="flex min-h-control cursor-pointer flex-wrap items-baseline justify-between gap-x-3 border-b border-line-faint py-1 text-14 font-strong text-secondary">
        <span>
          {title}
          <span className="font-regular text-faint"> (counts once the verdict is {verdicts})</span>
        </span>
        {count}
      </summary>
      {children}
    </details>
  );
}

function isWanted({ answer, lasting }: FactQuestion, missing: readonly string[]): boolean {
  return [answer, lasting].some((one) => one !== null && missing.includes(one.definition.id));
}
