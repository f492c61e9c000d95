"use client";

import { useRef, useState, type SyntheticEvent } from "react";
import { unreachable, type Problem } from "#components/action/answer.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

type ConfirmIdentityProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  why: string;
  /** For how long it counts, where that is known. */
  minutes?: number;
  onConfirmed: () => void;
};

/** Asks for the password once more. It goes to the server and is kept nowhere. */
export function ConfirmIdentity({ open, onOpenChange, why, minutes, onConfirmed }: ConfirmIdentityProps) {
  const field = useRef<HTMLInputElement>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function confirm(event: SyntheticEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const password = new FormData(event.currentTarget).get("password");
    setIsBusy(true);
    setError(null);
    const problem = await reauthenticate(typeof password === "string" ? password : "");
    setIsBusy(false);
    if (problem === null) {
      onConfirmed();
      return;
    }
    setError(problem.detail);
    field.current?.select();
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Confirm that it is you"
      description={why}
      focus={field}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form="confirm-identity" look="primary" busy={isBusy && "Confirming"}>
            Confirm
          </Button>
        </>
      }
    >
      <form id="confirm-identity" method="post" onSubmit={(event) => void confirm(event)}>
        <Field
          label="Password"
          hint={minutes === undefined ? "It counts for a few minutes." : `It counts for ${minutes} minutes.`}
          error={error}
        >
          {(control) => (
            <Input
              {...control}
              ref={field}
              type="password"
              name="password"
              autoComplete="current-password"
              maxLength={256}
              required
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

async function reauthenticate(password: string): Promise<Problem | null> {
  try {
    const answer = await fetch("/api/auth/reauthenticate", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ password }),
    });
    return answer.ok ? null : ((await answer.json()) as Problem);
  } catch {
    // No answer, or none that is JSON: whoever asked can press again.
    return unreachable;
  }
}
