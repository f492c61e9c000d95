"use client";

import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import type { TickInput } from "#components/wizard/tick-input.ts";
import type { ChecklistItemView } from "#lib/domain/view.ts";

type CheckNoteProps = {
  item: ChecklistItemView;
  rollback: string;
  tick: Act<TickInput>;
  onClose: () => void;
  onChanged: () => void;
};

/** A line that goes with a tick: who was told, what was seen. What was typed is kept until it was accepted. */
export function CheckNote({ item, rollback, tick, onClose, onChanged }: CheckNoteProps) {
  const { run, isBusy, problem } = useAct(tick);
  const [text, setText, forget] = useKept(`note:${rollback}:${item.id}`, item.note ?? "");
  const keep = async (): Promise<void> => {
    const note = text.trim();
    const state = item.state === "failed" ? "failed" : "done";
    const answer = await run({ rollback, id: item.id, state, ...(note === "" ? {} : { note }) });
    if (!answer.ok) return;
    forget();
    onClose();
    onChanged();
  };
  return (
    <form
      className="flex max-w-xl flex-wrap gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <Input
        autoFocus
        aria-label={`Note: ${item.title}`}
        className="min-w-48 flex-1"
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" busy={isBusy && "Keeping"}>
        {item.state === "open" ? "Tick with this note" : "Keep the note"}
      </Button>
      <Button look="quiet" onClick={onClose}>
        Close
      </Button>
      {problem && <ProblemNotice problem={problem} />}
    </form>
  );
}
