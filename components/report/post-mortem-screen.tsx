import { ClockTable } from "#components/report/clock-table.tsx";
import { ReportActions } from "#components/report/report-actions.tsx";
import { StoryList } from "#components/report/story-list.tsx";
import { Page } from "#components/shell/page.tsx";
import { formatUtc } from "#components/ui/format-time.ts";
import { KeyValues } from "#components/ui/key-values.tsx";
import { Section } from "#components/ui/section.tsx";
import type { PostMortem } from "#lib/domain/report-post-mortem.ts";

/** The post-mortem as far as the record can write it; what only people know says what is asked. */
export function PostMortemScreen({ draft, markdown }: { draft: PostMortem; markdown: string }) {
  const { incident } = draft;
  return (
    <Page
      what={`Post-mortem ${incident}: ${draft.title}`}
      up={{ href: `/incidents/${incident}`, label: incident }}
      width="reading"
      actions={
        <ReportActions
          markdown={markdown}
          href={`/api/v1/incidents/${incident}/post-mortem`}
          fileName={`${incident}-post-mortem.md`}
        />
      }
      actionsNote="A draft from the record. No names of the guilty: why it happened, not who did it."
    >
      <KeyValues
        items={[
          { key: "Service", value: draft.service },
          { key: "Severity", value: draft.severity },
          {
            key: "Due",
            value: draft.dueAt ? (
              <span className="figures">{formatUtc(Date.parse(draft.dueAt))}</span>
            ) : (
              "When the incident is resolved"
            ),
          },
          ...(draft.attendees.length > 0 ? [{ key: "With", value: draft.attendees.join(", ") }] : []),
        ]}
      />
      {draft.agenda.length > 0 && (
        <Section title="Agenda">
          <ol className="list-decimal pl-5">
            {draft.agenda.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ol>
        </Section>
      )}
      {draft.fields.map((field) => (
        <Section key={field.id} title={field.title}>
          {field.draft === "" ? (
            <p className="hatched px-3 py-2 text-secondary">To be written: {field.help}</p>
          ) : (
            <p className="max-w-2xl text-16 break-words whitespace-pre-wrap">{field.draft}</p>
          )}
        </Section>
      ))}
      <Section title="Clocks">
        <ClockTable clocks={draft.clocks} />
      </Section>
      {draft.actions.length > 0 && (
        <Section title="Action items">
          <ul className="list-disc pl-5">
            {draft.actions.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Timeline">
        <StoryList timeline={draft.timeline} />
      </Section>
    </Page>
  );
}
