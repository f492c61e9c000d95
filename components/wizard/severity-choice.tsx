"use client";

import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Question } from "#components/ui/question.tsx";
import { SeverityBadge } from "#components/ui/severity-badge.tsx";
import { severities, type Severity } from "#lib/domain/incident.ts";
import type { Playbook } from "#lib/domain/playbook.ts";

/** How bad it is, with the playbook's criteria for each. It decides who has to agree and how soon. */
export function SeverityChoice({
  playbook,
  decided,
  chosen,
  onChoose,
}: {
  playbook: Playbook;
  /** What the rows come to. */
  decided: Severity;
  chosen: Severity | null;
  onChoose: (severity: Severity | null) => void;
}) {
  return (
    <Question label="Severity" hint="It decides who has to agree, and how soon.">
      <RadioGroup
        label="Severity"
        value={chosen ?? decided}
        onValueChange={(value) => {
          const severity = severities.find((one) => one === value) ?? decided;
          onChoose(severity === decided ? null : severity);
        }}
        choices={severities.map((severity) => {
          const { meaning, respondMinutes } = playbook.severities[severity];
          return {
            value: severity,
            label: (
              <span className="inline-flex flex-wrap items-center gap-x-2">
                <SeverityBadge severity={severity} />
                {severity === decided && <span className="text-12 text-faint">as the rows say</span>}
              </span>
            ),
            hint: (
              <>
                <span className="block text-secondary">
                  {meaning}
                  {respondMinutes !== null && ` Answered within ${respondMinutes} min.`}
                </span>
                <Criteria lines={criteriaOf(playbook, severity)} />
              </>
            ),
          };
        })}
      />
    </Question>
  );
}

function Criteria({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <details>
      <summary className="min-h-6 cursor-pointer underline underline-offset-2">
        {lines.length === 1 ? "1 criterion" : `${lines.length} criteria`}
      </summary>
      <ul className="list-disc pb-1 pl-4">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}

function criteriaOf(playbook: Playbook, severity: Severity): string[] {
  const rows = playbook.matrices.filter((matrix) => !matrix.refines).flatMap((matrix) => matrix.rows);
  return [...new Set(rows.filter((row) => row.severity === severity).map((row) => row.because))];
}
