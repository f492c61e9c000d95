"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { triedPlaces, type TriedSituation } from "#components/playbook/tried-situation.ts";
import { trySituation, type Tried } from "#components/playbook/try-situation.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Section } from "#components/ui/section.tsx";
import { Select } from "#components/ui/select.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { stateWord } from "#components/ui/state.ts";
import { FactField } from "#components/wizard/fact-field.tsx";
import { QuestionList } from "#components/wizard/question-list.tsx";
import { showQuestion } from "#components/wizard/show-question.ts";
import { VerdictPanel } from "#components/wizard/verdict-panel.tsx";
import { Severity, severities } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

type TryProps = {
  /** `name` is what people call it: "Version 3". */
  first: { name: string; playbook: Playbook };
  /** Another one to stand beside it. */
  second: { name: string; playbook: Playbook } | null;
  situation: TriedSituation;
  onSituation: (situation: TriedSituation) => void;
};

function pairOf({ first, second, situation }: TryProps) {
  const places = triedPlaces(first.playbook);
  const place = places.find((one) => one.id === situation.place) ?? places[0];
  if (place === undefined) throw new Error("There is always a protected environment to try.");
  const one = trySituation(first.playbook, situation, place);
  const other = second && trySituation(second.playbook, situation, place);
  return { places, place, one, other };
}

/** The questions of a playbook, to be answered as if something had happened. */
export function TryQuestions(props: TryProps) {
  const { first, second, situation, onSituation } = props;
  const { places, place, one, other } = pairOf(props);
  const answerAll = (texts: Readonly<Record<string, string>>) =>
    onSituation({ ...situation, answers: { ...situation.answers, ...texts } });
  const answer = (id: string, text: string | null) => answerAll({ [id]: text ?? "" });
  const asked = new Set(first.playbook.facts.map((fact) => fact.id));
  const extra = other?.questions.filter((question) => !asked.has(question.answer.definition.id)) ?? [];
  const isEmpty = Object.values(situation.answers).every((text) => text === "");
  return (
    <>
      <Section
        title="What would it say if…"
        aside={
          <Button
            look="quiet"
            unavailable={isEmpty && situation.severity === null && "Nothing is answered"}
            onClick={() => onSituation({ ...situation, answers: {}, severity: null })}
          >
            Start again
          </Button>
        }
      >
        <div className="grid max-w-xl gap-4 sm:grid-cols-2">
          <Field label="Where">
            {(control) => (
              <Select
                {...control}
                value={place.id}
                choices={places.map(({ id, label }) => ({ value: id, label }))}
                onChange={(event) => onSituation({ ...situation, place: event.target.value })}
              />
            )}
          </Field>
          <Field label="Severity">
            {(control) => (
              <Select
                {...control}
                value={situation.severity ?? ""}
                placeholder={`As the rows say: ${one.severityByRules}`}
                choices={severities.map((value) => ({ value, label: value }))}
                onChange={(event) =>
                  onSituation({
                    ...situation,
                    severity: Severity.safeParse(event.target.value).data ?? null,
                  })
                }
              />
            )}
          </Field>
        </div>
      </Section>
      <Section title="What it asks">
        <QuestionList
          playbook={first.playbook}
          questions={one.questions}
          decision={one.decision}
          onAnswer={answer}
          onAnswerAll={answerAll}
        />
      </Section>
      {second !== null && extra.length > 0 && (
        <Section title={`Asked by ${second.name.toLowerCase()} alone`}>
          <ul>
            {extra.map((question) => (
              <FactField
                key={question.answer.definition.id}
                question={question}
                isWanted={other?.decision.missing.includes(question.answer.definition.id) ?? false}
                isSaid
                onAnswer={answer}
              />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** What it says, and what the other one would say. */
export function TryVerdicts(props: TryProps & { choice?: ReactNode }) {
  const { first, second, choice } = props;
  const { one, other } = pairOf(props);
  return (
    <div
      role="group"
      aria-label="Verdict"
      tabIndex={other === null ? undefined : 0}
      className={clsx(
        "grid grid-cols-1 gap-6 rounded-1",
        other !== null && "lg:-m-1 lg:max-h-[calc(100dvh-9.5rem)] lg:overflow-y-auto lg:p-1",
      )}
    >
      {choice}
      {other !== null && second !== null && (
        <Agreement one={one} other={other} names={[first.name, second.name]} />
      )}
      <Says tried={one} id="verdict" name={first.name} isNamed={second !== null} />
      {other !== null && second !== null && (
        <Says tried={other} id="verdict-other" name={second.name} isNamed />
      )}
    </div>
  );
}

/** The verdict beside the actions: on a phone always in sight, and the way to why. */
export function TryLine(props: TryProps) {
  const { one, other } = pairOf(props);
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Shortly tried={one} to="verdict" />
      {other !== null && <Shortly tried={other} to="verdict-other" />}
      <span className="max-md:hidden">Only tried: nothing is declared.</span>
    </span>
  );
}

function Shortly({ tried, to }: { tried: Tried; to: string }) {
  const { version } = tried.playbook;
  return (
    <a href={`#${to}`} className="inline-flex min-h-6 items-center gap-1.5 rounded-1 lg:pointer-events-none">
      <span className="text-12">Version {version}</span>
      <StateBadge kind="verdict" state={tried.decision.verdict} />
    </a>
  );
}

function Says({ tried, id, name, isNamed }: { tried: Tried; id: string; name: string; isNamed: boolean }) {
  const panel = (
    <VerdictPanel
      playbook={tried.playbook}
      decision={tried.decision}
      severityByRules={tried.severityByRules}
      facts={tried.facts}
      overriding={null}
      name={{ id, label: isNamed ? `What ${name.toLowerCase()} says` : "What the playbook says" }}
      more={
        tried.minutes === null
          ? []
          : [{ key: "To decide", value: `within ${tried.minutes} min of its detection` }]
      }
      onAsk={(definition) => showQuestion(definition.id)}
    />
  );
  if (!isNamed) return panel;
  return (
    <div className="grid gap-2">
      <h2 className="border-b border-line-soft pb-1 text-16 font-strong">{name}</h2>
      {panel}
    </div>
  );
}

function Agreement({ one, other, names }: { one: Tried; other: Tried; names: readonly [string, string] }) {
  const word = (tried: Tried) => stateWord("verdict", tried.decision.verdict).word.toLowerCase();
  const isSame = one.decision.verdict === other.decision.verdict;
  const isSameSeverity = one.decision.severity === other.decision.severity;
  return (
    <p
      role="status"
      className={isSame && isSameSeverity ? "text-secondary" : "font-strong text-state-warn-text"}
    >
      {isSame && isSameSeverity
        ? "Both say the same here."
        : isSame
          ? `Both say “${word(one)}”, with another severity: ${one.decision.severity} and ${other.decision.severity}.`
          : `They differ: ${names[0]} says “${word(one)}”, ${names[1].toLowerCase()} says “${word(other)}”.`}
    </p>
  );
}
