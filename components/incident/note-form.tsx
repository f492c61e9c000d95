"use client";

import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import type { IncidentActs } from "#components/incident/incident-acts.ts";
import type { TimelineEntry } from "#components/incident/timeline-entries.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

type NoteFormProps = {
  incident: string;
  note: IncidentActs["note"];
  /** The entry to correct; null: a new line. */
  corrects: TimelineEntry | null;
  onLeave: () => void;
  onDone: () => void;
};

/** Adds a line to the timeline: now, or for an earlier moment; or puts a correction beneath an entry. */
export function NoteForm({ incident, note, corrects, onLeave, onDone }: NoteFormProps) {
  const keep = `incident:${incident}:note:${corrects?.seq ?? "new"}`;
  const [text, setText, forgetText] = useKept(keep);
  const [at, setAt, forgetAt] = useKept(`${keep}:at`);
  const [isEarlier, setIsEarlier] = useState(false);
  const { run, isBusy, problem } = useAct(note);
  const box = useRef<HTMLTextAreaElement>(null);
  const isCorrection = corrects !== null;
  useEffect(() => {
    if (isCorrection) box.current?.focus();
  }, [isCorrection]);
  const moment = isEarlier && !isCorrection ? readMoment(at) : null;
  const fault = isEarlier && !isCorrection && at !== "" && moment === null ? "Write a day and a time." : null;
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() === "" || fault !== null) return;
    const answer = await run({
      id: incident,
      text: text.trim(),
      ...(moment === null ? {} : { at: moment }),
      ...(corrects ? { corrects: corrects.seq } : {}),
    });
    if (!answer.ok) return;
    forgetText();
    forgetAt();
    setIsEarlier(false);
    onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="grid grid-cols-1 gap-3 pb-4" data-chrome>
      <Field
        label={corrects ? `Correct “${corrects.text}”` : "Add a line"}
        {...(corrects
          ? { hint: "What was written stays, struck through; the correction stands beneath." }
          : {})}
      >
        {(control) => (
          <Textarea
            {...control}
            ref={box}
            rows={2}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="min-h-control"
          />
        )}
      </Field>
      {isEarlier && !isCorrection && (
        <Field label="When it happened" hint="Your local time." error={fault}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              step={1}
              value={at}
              onChange={(event) => setAt(event.target.value)}
              className="sm:max-w-64"
            />
          )}
        </Field>
      )}
      {problem && <ProblemNotice problem={problem} />}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          busy={isBusy && "Adding"}
          unavailable={text.trim() === "" && "Write something first"}
        >
          {corrects ? "Add the correction" : "Add to the timeline"}
        </Button>
        {isCorrection ? (
          <Button look="quiet" onClick={onLeave}>
            Leave it as it is
          </Button>
        ) : (
          <Button look="quiet" aria-pressed={isEarlier} onClick={() => setIsEarlier(!isEarlier)}>
            {isEarlier ? "It happened just now" : "It happened earlier"}
          </Button>
        )}
      </div>
    </form>
  );
}

function readMoment(text: string): string | null {
  const at = Date.parse(text);
  return Number.isFinite(at) ? new Date(at).toISOString() : null;
}
