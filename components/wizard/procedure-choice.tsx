"use client";

import { Notice } from "#components/ui/notice.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Section } from "#components/ui/section.tsx";
import type { OfferedProcedure, Scenario } from "#components/wizard/target-choices.ts";
import { componentTitle } from "#lib/domain/build-plan-scope.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";

type ProcedureChoiceProps = {
  procedures: readonly OfferedProcedure[];
  chosen: Procedure | null;
  onChoose: (id: string) => void;
  scenarios: readonly Scenario[];
};

/** How it is taken back: the procedures of the playbook with their minutes, downtime and risk. */
export function ProcedureChoice({ procedures, chosen, onChoose, scenarios }: ProcedureChoiceProps) {
  return (
    <Section title="How">
      <div className="grid grid-cols-1 gap-3">
        {chosen === null ? (
          <p className="text-state-danger-text">
            No procedure of the playbook reaches anything that is registered here.
          </p>
        ) : (
          <RadioGroup
            label="Procedure"
            value={chosen.id}
            onValueChange={onChoose}
            choices={procedures.map(({ procedure, isOffered }) => ({
              value: procedure.id,
              label: (
                <span className="font-medium">
                  {procedure.title}
                  {isOffered && <span className="font-regular text-faint"> (the verdict offers it)</span>}
                </span>
              ),
              hint: (
                <>
                  <span className="block text-secondary">{figures(procedure)}</span>
                  <span className="block">{procedure.useWhen}</span>
                  {procedure === chosen && <Prerequisites procedure={procedure} />}
                </>
              ),
            }))}
          />
        )}
        {scenarios.flatMap((scenario) =>
          scenario.warnings.map((warning) => (
            <Notice key={warning} tone="warn" title={scenario.title}>
              {warning}
            </Notice>
          )),
        )}
      </div>
    </Section>
  );
}

/** They come again in the checklist, to be confirmed; who chooses has to know them before. */
function Prerequisites({ procedure }: { procedure: Procedure }) {
  if (procedure.prerequisites.length === 0) return null;
  return (
    <span className="block pt-0.5 text-secondary">
      Only if: {procedure.prerequisites.map((one) => (typeof one === "string" ? one : one.title)).join(" ")}
    </span>
  );
}

function figures({ minutes, downtimeMinutes, risk, components, dataLoss }: Procedure): string {
  const down = downtimeMinutes.to === 0 ? "no downtime" : `${span(downtimeMinutes)} down`;
  const what = components.map((component) => componentTitle[component].toLowerCase()).join(", ");
  return `${span(minutes)} · ${down} · ${risk} risk · ${what}${dataLoss ? " · newer data is lost" : ""}`;
}

function span({ from, to }: { from: number; to: number }): string {
  const words = (minutes: number) => (minutes < 1 ? `${Math.round(minutes * 60)} s` : `${minutes} min`);
  if (from === to) return words(to);
  return from === 0 ? `up to ${words(to)}` : `${from < 1 ? words(from) : from} to ${words(to)}`;
}
