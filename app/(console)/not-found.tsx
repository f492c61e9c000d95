import { Page } from "#components/shell/page.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { LinkButton } from "#components/ui/link-button.tsx";

export default function NotFound() {
  return (
    <Page what="There is nothing here" width="reading">
      <EmptyState title="This address leads to nothing" action={<LinkButton href="/">Go home</LinkButton>}>
        It may have a slip of the pen in it, or it is in a system that your role does not reach. Press Ctrl-K
        to look for something by name.
      </EmptyState>
    </Page>
  );
}
