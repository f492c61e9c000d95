"use client";

import { Countdown } from "#components/ui/countdown.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/section.tsx";
import type { IncidentGuide } from "#lib/domain/incident-guide.ts";

type GuideProps = { guide: IncidentGuide; detectedAt: string; isOpen: boolean };

/** What the playbook tells people to do in a situation like this. */
export function Guide({ guide }: Pick<GuideProps, "guide">) {
  const { window, scenarios } = guide;
  if (window === null && scenarios.length === 0) return null;
  return (
    <Section title="What the playbook tells you to do">
      <div className="grid grid-cols-1 gap-4">
        {window && (
          <div>
            <p className="font-medium">
              {window.title}
              <span className="font-regular text-faint">
                {" "}
                (minute {window.fromMinutes} to {window.toMinutes})
              </span>
            </p>
            <ol className="list-decimal pl-5">
              {window.steps.map((step) => (
                <li key={step} className="max-w-2xl py-0.5">
                  {step}
                </li>
              ))}
            </ol>
          </div>
        )}
        {scenarios.map((scenario) => (
          <div key={scenario.id} className="grid gap-1">
            <p className="font-medium">{scenario.title}</p>
            <p className="max-w-2xl">{scenario.action}</p>
            {scenario.warnings.map((warning) => (
              <Notice key={warning} tone="warn" title={warning} />
            ))}
            <p className="max-w-2xl text-12 text-faint">Done when: {scenario.validation.join("; ")}.</p>
          </div>
        ))}
      </div>
    </Section>
  );
}

/** Whom to call, level after level, each with the moment from which it is their turn; and how everybody is reached. */
export function WhomToCall({ guide, detectedAt, isOpen }: GuideProps) {
  const { escalation, contacts } = guide;
  if (escalation.length === 0 && contacts.length === 0) return null;
  return (
    <Section title="Whom to call">
      <ol>
        {escalation.map((level, index) => (
          <li key={level.level} className="grid gap-0.5 border-b border-line-faint py-row">
            <span className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span>
                <span className="figures text-faint">{level.level}</span>{" "}
                <span className="font-medium">{level.who}</span>
              </span>
              {level.respondMinutes !== null && (
                <span className="text-12 text-secondary">
                  answers within {level.respondMinutes} min
                  {isOpen && (
                    <>
                      {": "}
                      <Countdown
                        to={dueAt(detectedAt, escalation.slice(0, index + 1))}
                        warnSeconds={60}
                        overWord={index + 1 < escalation.length ? "go on to the next, over by" : "over by"}
                      />
                    </>
                  )}
                </span>
              )}
            </span>
            <span className="text-secondary">{level.reach.join(", ")}</span>
          </li>
        ))}
        {contacts.map((contact) => (
          <li
            key={`${contact.role} ${contact.reach}`}
            className="grid gap-0.5 border-b border-line-faint py-row"
          >
            <span className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span>{contact.role}</span>
              {contact.availability && <span className="text-12 text-faint">{contact.availability}</span>}
            </span>
            <span className="text-secondary">{contact.reach}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** A level is asked when the one before it had its time. */
function dueAt(detectedAt: string, levels: IncidentGuide["escalation"]): string {
  const minutes = levels.reduce((sum, level) => sum + (level.respondMinutes ?? 0), 0);
  return new Date(Date.parse(detectedAt) + minutes * 60_000).toISOString();
}
