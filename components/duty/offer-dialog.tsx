"use client";

import { useState } from "react";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { dutyTask } from "#components/duty/duty-words.ts";
import type { Duties } from "#components/duty/use-duties.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { DutyView } from "#lib/domain/duty-view.ts";

type OfferDialogProps = {
  duty: DutyView;
  duties: Duties;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** Hands one's duty over to somebody by name, who has to accept. Whoever is here stands first. */
export function OfferDialog({ duty, duties, open, onOpenChange }: OfferDialogProps) {
  const { view, act, isBusy, problem, clear } = duties;
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const isHere = (id: string): boolean => view.present.some((one) => one.id === id);
  const people = view.candidates.toSorted((a, b) => Number(isHere(b.id)) - Number(isHere(a.id)));
  const change = (next: boolean) => {
    clear();
    onOpenChange(next);
  };
  const offer = async () => {
    const why = reason.trim();
    const done = await act({ action: "offer", duty: duty.duty, to, ...(why === "" ? {} : { reason: why }) });
    if (done) change(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title="Hand over to somebody"
      description={`They are asked whether they ${dutyTask[duty.duty]}. Until they accept it stays with you.`}
      footer={
        <>
          <Button onClick={() => change(false)}>Cancel</Button>
          <Button
            look="primary"
            busy={isBusy && "Asking"}
            unavailable={to === "" && "Choose somebody first"}
            onClick={() => void offer()}
          >
            Ask them
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-3">
        <Field label="To whom">
          {(control) => (
            <Select
              {...control}
              value={to}
              placeholder="Choose somebody"
              choices={people.map(({ id, name }) => ({
                value: id,
                label: isHere(id) ? `${name} (here now)` : name,
              }))}
              onChange={(event) => setTo(event.target.value)}
            />
          )}
        </Field>
        <Field label="Why" hint="They read it." optional>
          {(control) => (
            <Input
              {...control}
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {problem && <ProblemNotice problem={problem} />}
      </div>
    </Dialog>
  );
}
