"use client";

import { useState } from "react";
import { useAct } from "#components/action/use-act.ts";
import { useRefresh } from "#components/console/use-refresh.ts";
import { ChangePersonDialog } from "#components/people/change-person-dialog.tsx";
import { DelegationList } from "#components/people/delegation-list.tsx";
import { GrantDialog } from "#components/people/grant-dialog.tsx";
import { GrantWords } from "#components/people/grant-list.tsx";
import type {
  AccountView,
  DelegationActions,
  DelegationView,
  GrantView,
  PersonActions,
  SessionView,
} from "#components/people/people-data.ts";
import { SessionList } from "#components/people/session-list.tsx";
import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { DangerDialog } from "#components/ui/danger-dialog.tsx";
import { KeyValues } from "#components/ui/key-values.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { roleTitle } from "#lib/domain/role.ts";

type PersonScreenProps = {
  person: AccountView;
  sessions: readonly SessionView[];
  systems: readonly string[];
  delegations: readonly DelegationView[];
  actions: PersonActions & { endLoan: DelegationActions["end"] };
};
type Asked = "grant" | "change" | "disable" | GrantView;

/** One account: what it holds and where, whether it works, where it is signed in. */
export function PersonScreen({ person, sessions, systems, delegations, actions }: PersonScreenProps) {
  const refresh = useRefresh();
  const toast = useToast();
  const [asked, setAsked] = useState<Asked | null>(null);
  const change = useAct(actions.change);
  const revoke = useAct(actions.revoke);
  const isDisabled = person.disabledAt !== null;
  const done = (title: string) => {
    setAsked(null);
    toast({ tone: "ok", title });
    refresh();
  };
  const close = () => {
    setAsked(null);
    change.clear();
    revoke.clear();
  };
  const setDisabled = async (disabled: boolean) => {
    const answer = await change.run({ user: person.id, disabled });
    if (answer.ok) done(disabled ? "Disabled" : "Enabled");
  };
  return (
    <Page
      what={person.name}
      up={{ href: "/people", label: "People" }}
      width="reading"
      actions={
        <>
          {isDisabled ? (
            <Button busy={change.isBusy && "Enabling"} onClick={() => void setDisabled(false)}>
              Enable the account
            </Button>
          ) : (
            <Button onClick={() => setAsked("disable")}>Disable the account</Button>
          )}
          <Button onClick={() => setAsked("change")}>Change</Button>
          <Button look="primary" onClick={() => setAsked("grant")}>
            Give a role
          </Button>
        </>
      }
    >
      {isDisabled && (
        <Notice tone="warn" title="This account is disabled">
          It cannot sign in and its tokens do not work. What it holds stands here for the day it is enabled
          again.
        </Notice>
      )}
      <Section title="Account">
        <KeyValues
          items={[
            { key: "E-mail", value: person.email },
            {
              key: "Signs in with",
              value:
                [
                  person.signsInWith.password ? "a password" : null,
                  person.signsInWith.singleSignOn ? "single sign-on" : null,
                ]
                  .filter((word) => word !== null)
                  .join(" and ") || "nothing yet",
            },
            { key: "Since", value: <RelativeTime at={person.createdAt} /> },
            { key: "Id", value: <span className="figures break-all">{person.id}</span> },
          ]}
        />
      </Section>
      <Section title="Roles" hint="A role takes effect at once, and is lost within five seconds.">
        {person.grants.length === 0 ? (
          <p className="text-secondary">None, so this person sees nothing yet.</p>
        ) : (
          <ul>
            {person.grants.map((grant) => (
              <li
                key={`${grant.role} ${grant.system}`}
                className="flex items-center justify-between gap-3 border-b border-line-faint py-row"
              >
                <GrantWords grant={grant} />
                <Button aria-label={`Take away ${wordsOf(grant)}`} onClick={() => setAsked(grant)}>
                  Take away
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Lent roles">
        <DelegationList person={person} isOwn={false} delegations={delegations} end={actions.endLoan} />
      </Section>
      <Section title="Signed in">
        <SessionList user={person.id} sessions={sessions} end={actions.endSessions} />
      </Section>
      {asked === "grant" && (
        <GrantDialog
          person={person}
          systems={systems}
          grant={actions.grant}
          onClose={close}
          onDone={() => done("Given")}
        />
      )}
      {asked === "change" && (
        <ChangePersonDialog
          person={person}
          change={actions.change}
          onClose={close}
          onDone={() => done("Changed")}
        />
      )}
      <DangerDialog
        open={asked === "disable"}
        onOpenChange={close}
        verb="Disable"
        object={person.name}
        consequences={[
          "They are signed out everywhere within five seconds, and their tokens stop working.",
          "Plans that rest on their approval cannot start.",
          "You can enable the account again at any time.",
        ]}
        busy={change.isBusy && "Disabling"}
        error={change.problem && `${change.problem.title}. ${change.problem.detail}`}
        onConfirm={() => void setDisabled(true)}
      />
      {typeof asked === "object" && asked !== null && (
        <DangerDialog
          open
          onOpenChange={close}
          verb="Take away"
          object={wordsOf(asked)}
          consequences={[
            `${person.name} loses it within five seconds, on open pages too.`,
            "A rollback that rests on it stops before its next change.",
          ]}
          busy={revoke.isBusy && "Taking it away"}
          error={revoke.problem && `${revoke.problem.title}. ${revoke.problem.detail}`}
          onConfirm={() =>
            void revoke
              .run({ user: person.id, role: asked.role, system: asked.system })
              .then((answer) => answer.ok && done("Taken away"))
          }
        />
      )}
    </Page>
  );
}

function wordsOf(grant: GrantView): string {
  return `${roleTitle[grant.role]} ${grant.system === "*" ? "everywhere" : `in ${grant.system}`}`;
}
