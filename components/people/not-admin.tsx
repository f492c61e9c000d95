import { PeopleTabs } from "#components/people/people-tabs.tsx";
import { Page } from "#components/shell/page.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";

/** What somebody sees who may not read the accounts: their own things are one tab away. */
export function NotAdmin() {
  return (
    <Page what="People">
      <PeopleTabs />
      <EmptyState
        title="Admins see everybody here"
        action={<LinkButton href="/people/you">What you hold</LinkButton>}
      >
        Ask one of them when you need another role. Your own tokens and sessions are in the tabs beside this
        one.
      </EmptyState>
    </Page>
  );
}
