import { ReportActions } from "#components/report/report-actions.tsx";
import { Page } from "#components/shell/page.tsx";
import type { RollbackView } from "#lib/domain/view.ts";

/** The runbook as the text that it is: to read, to print, to paste into a terminal line by line. */
export function RunbookScreen({ rollback, markdown }: { rollback: RollbackView; markdown: string }) {
  const { number } = rollback;
  return (
    <Page
      what={`Runbook ${number}: ${rollback.serviceName} to ${rollback.to}`}
      up={{ href: `/rollbacks/${number}`, label: number }}
      environment={{ name: rollback.environment, isProtected: rollback.protected }}
      isDrill={rollback.drill}
      actions={
        <ReportActions
          markdown={markdown}
          href={`/api/v1/rollbacks/${number}/runbook.md`}
          fileName={`${number}-runbook.md`}
        />
      }
      actionsNote="Markdown: it works without Lastgood."
    >
      <pre
        tabIndex={0}
        aria-label={`Runbook ${number}`}
        className="overflow-x-auto rounded-1 bg-surface-sunken p-4 text-12 leading-5 break-words whitespace-pre-wrap"
      >
        {markdown}
      </pre>
    </Page>
  );
}
