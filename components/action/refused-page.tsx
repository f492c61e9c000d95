import { ProblemNotice } from "#components/action/problem-notice.tsx";
import type { Problem } from "#components/action/answer.ts";
import { Page } from "#components/shell/page.tsx";

/** A page that may not be read, or cannot be now. */
export function RefusedPage({ what, problem }: { what: string; problem: Problem }) {
  return (
    <Page what={what} width="reading">
      <ProblemNotice problem={problem} />
    </Page>
  );
}
