"use client";

import { useId, useRef, useState, type ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { EnvironmentMark, type EnvironmentView } from "#components/ui/environment-mark.tsx";
import { Input } from "#components/ui/input.tsx";

type DangerDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** "Roll back" and "checkout to 2.3.0": title and button say both. */
  verb: string;
  object: string;
  environment?: EnvironmentView;
  /** What will happen, one plain sentence each. */
  consequences: readonly ReactNode[];
  /** Only for what cannot be undone: the words to type. The button stays shut until they match. */
  typed?: string;
  busy?: string | false | null;
  error?: string | null;
  children?: ReactNode;
  onConfirm: () => void;
};

/** Asks before something that does harm. Cancel has the focus; Enter alone never confirms. */
export function DangerDialog(props: DangerDialogProps) {
  const {
    open,
    onOpenChange,
    verb,
    object,
    environment,
    consequences,
    typed,
    busy,
    error,
    children,
    onConfirm,
  } = props;
  const cancel = useRef<HTMLButtonElement>(null);
  const [text, setText] = useState("");
  const id = useId();
  const change = (next: boolean) => {
    setText("");
    onOpenChange(next);
  };
  const isMatched = typed === undefined || text.trim() === typed;
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      tone="danger"
      focus={cancel}
      title={`${verb} ${object}?`}
      footer={
        <>
          <Button ref={cancel} onClick={() => change(false)}>
            Cancel
          </Button>
          <Button
            look="danger"
            verb={verb}
            object={object}
            busy={busy ?? null}
            unavailable={isMatched ? null : "Type the words above first"}
            onClick={onConfirm}
          />
        </>
      }
    >
      <div className="grid gap-4">
        {environment && (
          <p className="flex items-center gap-2">
            In <EnvironmentMark environment={environment} />
          </p>
        )}
        <ul className="grid gap-1.5">
          {consequences.map((line, index) => (
            <li key={index} className="grid grid-cols-[1rem_1fr] gap-1.5">
              <span aria-hidden className="mt-2.5 h-px w-2.5 bg-line-strong" />
              <span>{line}</span>
            </li>
          ))}
        </ul>
        {children}
        {typed !== undefined && (
          <div className="grid gap-1">
            <label htmlFor={id} className="font-medium">
              This cannot be undone. Type{" "}
              <span className="figures rounded-1 bg-surface-sunken px-1 select-all">{typed}</span> to go on.
            </label>
            <Input
              id={id}
              mono
              value={text}
              spellCheck={false}
              autoCapitalize="off"
              onChange={(event) => setText(event.target.value)}
            />
          </div>
        )}
        {error && (
          <p role="alert" className="text-state-danger-text">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  );
}
