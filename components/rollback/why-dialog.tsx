"use client";

import { useRef, type ReactNode } from "react";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useKept } from "#components/action/use-kept.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

type WhyDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Under which what is typed is kept until it was accepted. */
  keep: string;
  title: string;
  /** What will happen, one plain sentence each. */
  consequences: readonly ReactNode[];
  /** The button: a plain word, or verb and object for what does harm. */
  confirm: string | { verb: string; object: string };
  busy: string;
  /** Instead of "Reason". */
  question?: string;
  /** Asked for besides the reason: what was seen that shows it. */
  evidence?: { label: string; hint: string };
  children?: ReactNode;
  act: Act<{ reason: string; evidence?: string }>;
  onDone?: () => void;
};

/** Asks why before something is done, and keeps the answer until it has been accepted. Cancel has the focus. */
export function WhyDialog(props: WhyDialogProps) {
  const {
    open,
    onOpenChange,
    keep,
    title,
    consequences,
    confirm,
    busy,
    question = "Reason",
    evidence,
    children,
    act,
    onDone,
  } = props;
  const cancel = useRef<HTMLButtonElement>(null);
  const [reason, setReason, forgetReason] = useKept(`${keep}:reason`);
  const [seen, setSeen, forgetSeen] = useKept(`${keep}:evidence`);
  const { run, isBusy, problem, clear } = useAct(act);
  const missing =
    reason.trim() === "" ? "Say why first" : evidence && seen.trim() === "" ? "Say what you saw first" : null;
  const change = (next: boolean) => {
    clear();
    onOpenChange(next);
  };
  const submit = async () => {
    const answer = await run({ reason: reason.trim(), ...(evidence ? { evidence: seen.trim() } : {}) });
    if (!answer.ok) return;
    forgetReason();
    forgetSeen();
    onOpenChange(false);
    onDone?.();
  };
  const common = { busy: isBusy && busy, unavailable: missing, onClick: () => void submit() };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={title}
      focus={cancel}
      tone={typeof confirm === "string" ? "plain" : "danger"}
      footer={
        <>
          <Button ref={cancel} onClick={() => change(false)}>
            Cancel
          </Button>
          {typeof confirm === "string" ? (
            <Button look="primary" {...common}>
              {confirm}
            </Button>
          ) : (
            <Button look="danger" {...confirm} {...common} />
          )}
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <ul className="grid gap-1.5">
          {consequences.map((line, index) => (
            <li key={index} className="grid grid-cols-[1rem_1fr] gap-1.5">
              <span aria-hidden className="mt-2.5 h-0.5 w-2.5 bg-ink-soft" />
              <span className="min-w-0 break-words">{line}</span>
            </li>
          ))}
        </ul>
        {children}
        {evidence && (
          <Field label={evidence.label} hint={evidence.hint}>
            {(control) => (
              <Textarea {...control} value={seen} onChange={(event) => setSeen(event.target.value)} />
            )}
          </Field>
        )}
        <Field label={question} hint="Stands in the timeline and in the record.">
          {(control) => (
            <Textarea
              {...control}
              rows={2}
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
