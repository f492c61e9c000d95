"use client";

import { useState } from "react";
import type { Act } from "#components/action/answer.ts";
import { ProblemNotice } from "#components/action/problem-notice.tsx";
import { useAct } from "#components/action/use-act.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import { GrantList } from "#components/people/grant-list.tsx";
import { fieldError } from "#components/people/form-dialog.tsx";
import type { GrantView, PersonActions, SessionView } from "#components/people/people-data.ts";
import { PeopleTabs } from "#components/people/people-tabs.tsx";
import { SessionList } from "#components/people/session-list.tsx";
import { YourDelegations, type YourDelegationsProps } from "#components/people/your-delegations.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Section } from "#components/ui/section.tsx";
import { useToast } from "#components/ui/toast.tsx";

type ChangePassword = Act<{ current: string; password: string }, { endedSessions: number }>;

type YouScreenProps = {
  me: { id: string; name: string; email: string; grants: GrantView[] };
  sessions: readonly SessionView[];
  endSessions?: PersonActions["endSessions"];
  delegations: YourDelegationsProps;
  changePassword: ChangePassword;
};

/** What I hold, where I am signed in, and my password. */
export function YouScreen({ me, sessions, endSessions, delegations, changePassword }: YouScreenProps) {
  return (
    <Page what="You">
      <PeopleTabs />
      <Section title="What you hold">
        <GrantList grants={me.grants} />
      </Section>
      <YourDelegations {...delegations} />
      <Section
        title="Where you are signed in"
        hint={
          endSessions ? undefined : "See one that is not yours? Change your password: it ends all the others."
        }
      >
        <SessionList user={me.id} sessions={sessions} {...(endSessions ? { end: endSessions } : {})} />
      </Section>
      <Section title="Your password">
        <PasswordForm email={me.email} changePassword={changePassword} />
      </Section>
    </Page>
  );
}

function PasswordForm({ email, changePassword }: { email: string; changePassword: ChangePassword }) {
  const refresh = useRefresh();
  const toast = useToast();
  const { run, isBusy, problem } = useAct(changePassword);
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const submit = async () => {
    const answer = await run({ current, password });
    if (!answer.ok) return;
    setCurrent("");
    setPassword("");
    toast({ tone: "ok", title: "Changed", detail: "Your other sessions have ended." });
    refresh();
  };
  return (
    <form
      className="grid max-w-sm gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <Field label="Present password" error={fieldError(problem, "current")}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="current-password"
            required
            maxLength={256}
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="New password"
        hint="At least 12 characters; your other sessions end."
        error={fieldError(problem, "password")}
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="new-password"
            required
            maxLength={256}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {problem && <ProblemNotice problem={problem} />}
      <div>
        <Button type="submit" busy={isBusy && "Changing"}>
          Change the password
        </Button>
      </div>
    </form>
  );
}
