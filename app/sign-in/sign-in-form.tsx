"use client";

import { signIn } from "next-auth/react";
import { useState, type SyntheticEvent } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { signInProblem } from "#lib/web/sign-in-problem.ts";

type Props = { next: string; problem: string | null; singleSignOn: string | null };

/** E-mail and password, and a button for single sign-on where it is set up. What was typed stays after a refusal. */
export function SignInForm({ next, problem: firstProblem, singleSignOn }: Props) {
  const [problem, setProblem] = useState(firstProblem);
  const [busy, setBusy] = useState<"password" | "oidc" | null>(null);

  async function submit(event: SyntheticEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy("password");
    const form = new FormData(event.currentTarget);
    const email = form.get("email");
    const password = form.get("password");
    try {
      const answer = await signIn("credentials", { email, password, redirect: false });
      if (answer?.ok && !answer.error) {
        // A whole new page: nothing of the one before may show another person's data.
        window.location.assign(next);
        return;
      }
      setProblem(signInProblem(answer?.error) ?? "Signing in did not work. Try again.");
    } catch {
      setProblem("Lastgood cannot be reached. Check the connection and try again.");
    }
    setBusy(null);
  }

  async function goToProvider(): Promise<void> {
    setBusy("oidc");
    try {
      await signIn("oidc", { callbackUrl: next });
    } catch {
      setProblem("Lastgood cannot be reached. Check the connection and try again.");
      setBusy(null);
    }
  }

  return (
    <form method="post" className="grid gap-4" onSubmit={(event) => void submit(event)}>
      {problem !== null && <Notice tone="danger" title={problem} live />}
      <Field label="E-mail">
        {(control) => (
          <Input
            {...control}
            name="email"
            type="email"
            autoComplete="username"
            required
            autoFocus
            maxLength={254}
          />
        )}
      </Field>
      <Field label="Password">
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={256}
          />
        )}
      </Field>
      <Button type="submit" look="primary" size="large" wide busy={busy === "password" && "Signing in"}>
        Sign in
      </Button>
      {singleSignOn !== null && (
        <Button
          type="button"
          wide
          busy={busy === "oidc" && "Going there"}
          onClick={() => void goToProvider()}
        >
          {singleSignOn}
        </Button>
      )}
    </form>
  );
}
