"use client";

import { Radio } from "lucide-react";
import { useId } from "react";
import { Button } from "#components/ui/button.tsx";
import { useNow } from "#components/ui/clock-provider.tsx";
import { formatDuration, formatRelative } from "#components/ui/format-time.ts";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Select } from "#components/ui/select.tsx";
import type { FactAnswer, FactQuestion } from "#components/wizard/answers.ts";
import { FactFigure } from "#components/wizard/fact-figure.tsx";
import { factText } from "#components/wizard/fact-text.ts";

/** As many choices as can be taken in at a glance; more are a list. */
const fewOptions = 6;

type FactFieldProps = {
  question: FactQuestion;
  /** Whether the answer may change the verdict. */
  isWanted: boolean;
  /** Whether that is also said in words. */
  isSaid?: boolean;
  /** Text, or null to go back to what is measured. */
  onAnswer: (id: string, text: string | null) => void;
};

/** One question of the playbook with its answer: what is measured until a person says otherwise. */
export function FactField({ question, isWanted, isSaid = true, onAnswer }: FactFieldProps) {
  const { answer, lasting } = question;
  const { definition } = answer;
  const id = useId();
  const label = `${id}-label`;
  const isChoice = definition.type === "choice" || definition.type === "yes_no";
  return (
    <li
      id={`fact-${definition.id}`}
      className="relative grid gap-x-6 gap-y-1.5 border-b border-line-faint py-2.5 sm:grid-cols-[minmax(0,1fr)_auto]"
    >
      {isWanted && <span aria-hidden className="hatched absolute inset-y-0 -left-4 w-1.5 sm:-left-4" />}
      <div className="min-w-0">
        {isChoice ? (
          <span id={label} className="font-medium">
            {definition.question}
          </span>
        ) : (
          <label id={label} htmlFor={id} className="font-medium">
            {definition.question}
          </label>
        )}
        {isWanted && (
          <span className={isSaid ? "text-12 text-faint" : "sr-only"}> (may change the verdict)</span>
        )}
        {definition.help && <p className="max-w-xl text-12 text-faint">{definition.help}</p>}
        <Origin answer={answer} onAnswer={onAnswer} />
        {lasting && lasting.by !== "signal" && <Origin answer={lasting} onAnswer={onAnswer} />}
      </div>
      <div className={isChoice && definition.type === "choice" ? "sm:col-span-2" : "min-w-0"}>
        {definition.type === "yes_no" && (
          <RadioGroup
            row
            labelledBy={label}
            value={answer.text === "" ? "unknown" : answer.text}
            onValueChange={(value) => onAnswer(definition.id, value === "unknown" ? "" : value)}
            choices={[
              { value: "yes", label: "Yes" },
              { value: "no", label: "No" },
              { value: "unknown", label: "Not known" },
            ]}
          />
        )}
        {definition.type === "choice" &&
          (definition.options.length <= fewOptions ? (
            <RadioGroup
              labelledBy={label}
              value={answer.text === "" ? "unknown" : answer.text}
              onValueChange={(value) => onAnswer(definition.id, value === "unknown" ? "" : value)}
              choices={[...definition.options, { value: "unknown", label: "Not known" }]}
            />
          ) : (
            <Select
              aria-labelledby={label}
              value={answer.text}
              placeholder="Not known"
              choices={definition.options}
              onChange={(event) => onAnswer(definition.id, event.target.value)}
            />
          ))}
        {!isChoice && (
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 sm:justify-end">
            <FactFigure id={id} answer={answer} onText={(text) => onAnswer(definition.id, text)} />
            {lasting && (
              <>
                <span aria-hidden className="text-secondary">
                  for
                </span>
                <FactFigure
                  answer={lasting}
                  label={lasting.definition.question}
                  onText={(text) => onAnswer(lasting.definition.id, text)}
                />
              </>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

/** Where an answer comes from. A person's stands; what is measured besides is said, and one press away. */
function Origin({ answer, onAnswer }: { answer: FactAnswer; onAnswer: FactFieldProps["onAnswer"] }) {
  const now = useNow();
  const { definition, by, fault, measured, value } = answer;
  if (fault !== null) {
    return (
      <p id={`fault-${definition.id}`} className="text-state-danger-text">
        {fault}
      </p>
    );
  }
  const ago = measured === null || now === null ? null : formatRelative(Date.parse(measured.at), now);
  if (by === "signal") {
    return (
      <p className="flex items-center gap-1.5 text-12 text-faint">
        <Radio aria-hidden className="size-3.5" />
        measured {ago ?? "just now"}
      </p>
    );
  }
  if (by === "nobody" || measured === null || measured.value === value) return null;
  const figure = factText(measured.value);
  const words =
    definition.type === "duration" ? formatDuration(Number(measured.value)) : `${figure} ${unitOf(answer)}`;
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-12 text-faint">
      <span>
        You say otherwise than what is measured:{" "}
        <span className="figures text-secondary">{words.trim()}</span>
        {ago && `, ${ago}`}
      </span>
      <Button look="quiet" className="text-12" onClick={() => onAnswer(definition.id, null)}>
        Take what is measured
      </Button>
    </p>
  );
}

function unitOf({ definition }: FactAnswer): string {
  return "unit" in definition ? definition.unit : "";
}
