import { ClockTable } from "#components/report/clock-table.tsx";
import { ReportActions } from "#components/report/report-actions.tsx";
import { StoryList } from "#components/report/story-list.tsx";
import { Page } from "#components/shell/page.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { formatDuration, formatUtc } from "#components/ui/format-time.ts";
import { capacityWords } from "#lib/domain/approval-words.ts";
import { KeyValues, type KeyValue } from "#components/ui/key-values.tsx";
import { Section } from "#components/ui/section.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { checkWord } from "#components/wizard/check-word.ts";
import { heldOf } from "#lib/domain/validation-held.ts";
import type { RollbackReport } from "#lib/domain/report.ts";

type RollbackReportScreenProps = { report: RollbackReport; markdown: string; isProtected: boolean };

/** The report of a rollback, drafted from its events. It prints as it stands. */
export function RollbackReportScreen({ report, markdown, isProtected }: RollbackReportScreenProps) {
  const { number, approvals, notReverted, dataLoss, errors } = report;
  return (
    <Page
      what={`Report ${number}: ${report.serviceName} to ${report.targetVersion}`}
      up={{ href: `/rollbacks/${number}`, label: number }}
      environment={{ name: report.environment, isProtected }}
      isDrill={report.drill}
      state={<StateBadge kind="rollback" state={report.state} />}
      actions={
        <ReportActions
          markdown={markdown}
          href={`/api/v1/rollbacks/${number}/report`}
          fileName={`${number}-report.md`}
        />
      }
      actionsNote="Drafted from the record; nothing in it is typed by hand."
    >
      <Section title="What was done">
        <KeyValues columns={2} items={factsOf(report)} />
      </Section>
      <Section title="Clocks">
        <ClockTable clocks={report.clocks} />
      </Section>
      <Section title="Errors">
        {errors.length === 0 ? (
          <p className="text-secondary">None.</p>
        ) : (
          <ul className="list-disc pl-5">
            {errors.map((error) => (
              <li key={error} className="break-words">
                {error}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Approvals">
        {approvals.length === 0 ? (
          <p className="text-secondary">None given.</p>
        ) : (
          <DataTable
            caption="Approvals"
            rows={approvals}
            rowKey={(one) => `${one.by.id} ${one.at}`}
            columns={[
              { key: "who", header: "Who", isName: true, cell: (one) => one.by.name },
              {
                key: "as",
                header: "As",
                cell: (one) =>
                  one.via.until
                    ? `${capacityWords(one)}, until ${formatUtc(Date.parse(one.via.until))}`
                    : capacityWords(one),
              },
              { key: "what", header: "Decision", cell: (one) => (one.voidedAt ? "void" : one.decision) },
              { key: "when", header: "When", isFigure: true, cell: (one) => formatUtc(Date.parse(one.at)) },
              { key: "comment", header: "Comment", cell: (one) => one.comment ?? "" },
            ]}
          />
        )}
      </Section>
      <Section title="Steps">
        <DataTable
          caption="Steps"
          rows={report.steps}
          rowKey={(step) => step.key}
          columns={[
            {
              key: "title",
              header: "Step",
              isName: true,
              cell: (step) => (
                <>
                  {step.title}
                  {step.error && (
                    <span className="block text-14 font-regular text-secondary">{step.error}</span>
                  )}
                </>
              ),
            },
            { key: "phase", header: "Phase", isExtra: true, cell: (step) => step.phase },
            {
              key: "state",
              header: "State",
              cell: (step) => <StateBadge kind="step" state={step.state} size="quiet" />,
            },
            { key: "attempts", header: "Attempts", isFigure: true, cell: (step) => step.attempts },
            {
              key: "took",
              header: "Took",
              isFigure: true,
              cell: (step) => (step.seconds === null ? "" : formatDuration(step.seconds)),
            },
          ]}
        />
      </Section>
      {report.validation.length > 0 && (
        <Section
          title="Validation"
          aside={<span className="figures">{heldOf(report.validation).sentence}</span>}
        >
          <DataTable
            caption="Validation"
            rows={report.validation}
            rowKey={(point) => point.title}
            columns={[
              {
                key: "title",
                header: "Point",
                isName: true,
                cell: (point) => (
                  <>
                    {point.title}
                    {point.expect && (
                      <span className="block text-14 font-regular text-secondary">{point.expect}</span>
                    )}
                  </>
                ),
              },
              { key: "evidence", header: "Evidence", cell: (point) => point.evidence },
              {
                key: "state",
                header: "State",
                cell: ({ state }) => (
                  <StateBadge
                    kind="check"
                    size="quiet"
                    {...checkWord({ kind: "automatic", gate: "validation", state })}
                  />
                ),
              },
            ]}
          />
        </Section>
      )}
      <Section title="Not reverted">
        {notReverted.length === 0 ? (
          <p className="text-secondary">Nothing is known that stayed.</p>
        ) : (
          <KeyValues items={notReverted.map(({ what, why }) => ({ key: what, value: why }))} />
        )}
        {dataLoss && (
          <p className="pt-2">
            Data lost: everything written between {formatUtc(Date.parse(dataLoss.from))} and{" "}
            {formatUtc(Date.parse(dataLoss.to))}, {dataLoss.minutes} minutes.
          </p>
        )}
      </Section>
      <Section title="Timeline">
        <StoryList timeline={report.timeline} />
      </Section>
    </Page>
  );
}

function factsOf(report: RollbackReport): KeyValue[] {
  const moment = (at: string | null) => (
    <span className="figures">{at === null ? "not known" : formatUtc(Date.parse(at))}</span>
  );
  return [
    { key: "Service", value: `${report.serviceName} (${report.service})` },
    { key: "Environment", value: report.environment },
    { key: "From", value: <span className="figures">{report.previousVersion ?? "not known"}</span> },
    { key: "To", value: <span className="figures">{report.targetVersion}</span> },
    { key: "Incident", value: report.incident ?? "none" },
    { key: "Severity", value: report.severity ?? "not set" },
    { key: "Initiator", value: report.initiator.name, hint: report.initiator.email },
    { key: "Reason", value: report.reason },
    { key: "Start", value: moment(report.startedAt) },
    { key: "End", value: moment(report.endedAt) },
    {
      key: "Took",
      value: (
        <span className="figures">
          {report.seconds === null ? "not known" : formatDuration(report.seconds)}
        </span>
      ),
    },
    { key: "Outcome", value: (report.outcome ?? report.state).replaceAll("_", " ") },
    { key: "Emergency", value: report.emergency ? report.emergency.criterion.replaceAll("_", " ") : "no" },
    { key: "Drill", value: report.drill ? "yes" : "no" },
    {
      key: "Playbook",
      value: `${report.playbook.id} version ${report.playbook.version}`,
      hint: report.procedure,
    },
    {
      key: "Plan hash",
      value: <span className="figures text-12 break-all">{report.planHash ?? "none"}</span>,
    },
  ];
}
