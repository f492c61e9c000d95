"use client";

import { useState } from "react";
import type { Act } from "#components/action/answer.ts";
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
  onChanged: () => void;
};

/** A line that goes with a tick: who was told, what was seen. */
export function CheckNote({ item, rollback, tick, onChanged }: CheckNoteProps) {
  const { run, isBusy } = useAct(tick);
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText, forget] = useKept(`note:${rollback}:${item.id}`, item.note ?? "");
  if (item.state === "overridden") return null;
  const keep = async (): Promise<void> => {
    const note = text.trim();
    const state = item.state === "failed" ? "failed" : "done";
    const answer = await run({ rollback, id: item.id, state, ...(note === "" ? {} : { note }) });
    if (!answer.ok) return;
    forget();
    setIsOpen(false);
    onChanged();
  };
  if (!isOpen) {
    return (
      <div className="flex flex-wrap items-center gap-x-2">
        {item.note && <span className="min-w-0 break-words text-secondary">{item.note}</span>}
        {item.may.tick && (
          <Button look="quiet" className="-ml-3 text-12 text-secondary" onClick={() => setIsOpen(true)}>
            {item.note ? "Change the note" : "Add a note"}
          </Button>
        )}
      </div>
    );
  }
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
      <Button look="quiet" onClick={() => setIsOpen(false)}>
        Close
      </Button>
    </form>
  );
}
