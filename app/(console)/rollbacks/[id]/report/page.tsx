import type { Metadata } from "next";
import { RefusedPage } from "#components/action/refused-page.tsx";
import { RollbackReportScreen } from "#components/report/rollback-report-screen.tsx";
import { reportMarkdown } from "#lib/domain/report.ts";
import { getRollback } from "#lib/queries/rollback/get.ts";
import { getRollbackReport } from "#lib/queries/rollback/report.ts";
import { readPage } from "#lib/web/read-page.ts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Report ${(await params).id}` };
}

export default async function ReportPage({ params }: Props) {
  const { id } = await params;
  const read = await readPage((actor) => Promise.all([getRollbackReport(actor, id), getRollback(actor, id)]));
  if (!read.ok) return <RefusedPage what="Report" problem={read.problem} />;
  const [report, rollback] = read.data;
  return (
    <RollbackReportScreen
      report={report}
      markdown={reportMarkdown(report)}
      isProtected={rollback.protected}
    />
  );
}
