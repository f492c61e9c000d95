"use client";

import { useId, type ReactNode } from "react";
import type { Problem } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

type FormDialogProps = {
  title: string;
  verb: string;
  busy: string | false;
  unavailable?: string | null;
  problem: Problem | null;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
};

/** A short form over the page. What was typed stays when it is refused. */
export function FormDialog(props: FormDialogProps) {
  const { title, verb, busy, unavailable = null, problem, onClose, onSubmit, children } = props;
  const id = useId();
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} look="primary" busy={busy} unavailable={unavailable}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={id}
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (unavailable === null && busy === false) onSubmit();
        }}
      >
        {children}
        {problem && <ProblemNotice problem={problem} />}
      </form>
    </Dialog>
  );
}

/** The message that the server gave for a field. */
export function fieldError(problem: Problem | null, path: string): string | null {
  return problem?.errors?.find((error) => error.path === path)?.message ?? null;
}
