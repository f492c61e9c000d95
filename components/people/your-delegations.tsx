"use client";

import { useState } from "react";
import { useRefresh } from "#components/console/use-refresh.ts";
import { DelegationList } from "#components/people/delegation-list.tsx";
import { LendDialog } from "#components/people/lend-dialog.tsx";
import type { DelegationActions, DelegationView, ReachView } from "#components/people/people-data.ts";
import { Button } from "#components/ui/button.tsx";
import { Section } from "#components/ui/section.tsx";
import { useToast } from "#components/ui/toast.tsx";

export type YourDelegationsProps = {
  me: { id: string; name: string };
  delegations: readonly DelegationView[];
  /** Where I could lend a role; empty for a viewer. */
  reaches: readonly ReachView[];
  actions: DelegationActions;
};

/** The roles I lend and was lent, and a way to lend one before a journey or a holiday. */
export function YourDelegations({ me, delegations, reaches, actions }: YourDelegationsProps) {
  const refresh = useRefresh();
  const toast = useToast();
  const [isLending, setIsLending] = useState(false);
  return (
    <Section
      title="Lent roles"
      aside={reaches.length > 0 && <Button onClick={() => setIsLending(true)}>Lend a role</Button>}
    >
      <DelegationList person={me} isOwn delegations={delegations} end={actions.end} />
      {isLending && (
        <LendDialog
          me={me.id}
          reaches={reaches}
          lend={actions.lend}
          onClose={() => setIsLending(false)}
          onDone={() => {
            setIsLending(false);
            toast({ tone: "ok", title: "Lent" });
            refresh();
          }}
        />
      )}
    </Section>
  );
}
