"use client";

import { useState } from "react";
import { WhyDialog } from "#components/rollback/why-dialog.tsx";
import type { IncidentActs } from "#components/incident/incident-acts.ts";
import type { IncidentAsked } from "#components/incident/incident-bar.tsx";
import { Question } from "#components/ui/question.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Severity } from "#lib/domain/incident.ts";
import type { IncidentView } from "#lib/domain/view.ts";

type IncidentDialogsProps = {
  incident: IncidentView;
  change: IncidentActs["change"];
  asked: IncidentAsked | null;
  onAsk: (asked: IncidentAsked | null) => void;
  onDone: () => void;
};

const severityChoices = [
  { value: "P0", label: "P0", hint: "Everything is down, or data are at risk" },
  { value: "P1", label: "P1", hint: "A main function fails for many" },
  { value: "P2", label: "P2", hint: "A part fails, or it is slow" },
  { value: "P3", label: "P3", hint: "Small, or there is a way round" },
];

/** The questions asked before an incident changes its state or its severity. */
export function IncidentDialogs({ incident, change, asked, onAsk, onDone }: IncidentDialogsProps) {
  const { id, number } = incident;
  const [severity, setSeverity] = useState<Severity | null>(null);
  const dialog = (name: IncidentAsked) => ({
    open: asked === name,
    onOpenChange: (open: boolean) => onAsk(open ? name : null),
    keep: `incident:${id}:${name}`,
    busy: "Recording",
    onDone,
  });
  const chosen = severity ?? incident.severity;
  return (
    <>
      <WhyDialog
        {...dialog("resolve")}
        title={`Resolve ${number}`}
        question="What shows that it is over"
        consequences={[
          "The incident is closed on the status page.",
          "The clock of the recovery stops now, unless a rollback stopped it before.",
        ]}
        confirm="Resolve"
        act={({ reason }, key) => change({ id, state: "resolved", note: reason }, key)}
      />
      <WhyDialog
        {...dialog("reopen")}
        title={`Reopen ${number}`}
        consequences={["It is open again, here and on the status page, and somebody has to decide."]}
        confirm="Reopen"
        act={({ reason }, key) => change({ id, state: "deciding", note: reason }, key)}
      />
      <WhyDialog
        {...dialog("review")}
        title={`Close the review of ${number}`}
        question="What came of it"
        consequences={["The incident is finished for good. It can be read, but not reopened."]}
        confirm="Close the review"
        act={({ reason }, key) => change({ id, state: "reviewed", note: reason }, key)}
      />
      <WhyDialog
        {...dialog("severity")}
        title={`Change the severity of ${number}`}
        consequences={["Objectives and authority follow the severity from now on."]}
        confirm={chosen === incident.severity ? "Keep" : `Change to ${chosen}`}
        act={({ reason }, key) => change({ id, severity: chosen, note: reason }, key)}
      >
        <Question label="Severity">
          <RadioGroup
            label="Severity"
            value={chosen}
            onValueChange={(value) => setSeverity(Severity.parse(value))}
            choices={severityChoices}
          />
        </Question>
      </WhyDialog>
    </>
  );
}
