"use client";

import { Page } from "#components/shell/page.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";

export default function BrokenPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Page what="Something broke" width="reading">
      <ErrorState
        happened="This page could not be shown."
        untouched="Everything. Looking at a page changes nothing, and a rollback that runs goes on without it."
        next="Try again. If it stays broken, give the reference to an admin: it stands in the log of the web process."
        {...(error.digest === undefined ? {} : { reference: error.digest })}
        action={<Button onClick={reset}>Try again</Button>}
      />
    </Page>
  );
}
