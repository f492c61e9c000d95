import { Part, SourceLine } from "#components/playbook/part.tsx";
import { CommandBlock } from "#components/ui/command-block.tsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { Notice } from "#components/ui/notice.tsx";
import { phaseIds } from "#lib/domain/plan.ts";
import type { Playbook } from "#lib/domain/playbook.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";

/** The ways back, each with its steps, what a person would type, and where the document's own way was made safe. */
export function ProcedurePart({ playbook }: { playbook: Playbook }) {
  return (
    <Part id="procedures" title="Procedures">
      <div className="grid gap-2">
        {playbook.procedures.map((procedure, at) => (
          <details key={procedure.id} open={at === 0} className="border-b border-line-soft pb-3">
            <summary className="grid cursor-pointer gap-1 py-row sm:grid-cols-[minmax(0,1fr)_auto]">
              <span className="text-16 font-strong">{procedure.title}</span>
              <span className="text-secondary">
                {procedure.components.join(", ").replaceAll("_", " ")}, {procedure.risk} risk,{" "}
                <span className="figures">{spanWords(procedure.minutes)}</span>
              </span>
            </summary>
            <Body procedure={procedure} />
          </details>
        ))}
      </div>
    </Part>
  );
}

function Body({ procedure }: { procedure: Procedure }) {
  return (
    <div className="grid gap-4 pt-1">
      <p className="max-w-2xl text-secondary">
        {procedure.useWhen} Stopped after {formatLimit(procedure.limits.rollbackSeconds)}; then{" "}
        {formatLimit(procedure.limits.healthSeconds)} to be healthy.
        <SourceLine source={procedure.source} />
      </p>
      {procedure.dataLoss && (
        <Notice tone="danger" title="Newer data is lost">
          {procedure.dataLoss.because} To go on, “{procedure.dataLoss.phrase}” has to be typed.
        </Notice>
      )}
      {procedure.prerequisites.length > 0 && (
        <ul className="list-disc pl-5">
          {procedure.prerequisites
            .map((one) => (typeof one === "string" ? one : one.title))
            .map((title) => (
              <li key={title}>{title}</li>
            ))}
        </ul>
      )}
      {phaseIds.map((phase) => {
        const steps = procedure.phases[phase];
        if (steps.length === 0) return null;
        return (
          <div key={phase} className="min-w-0">
            <h3 className="border-b border-line-strong pb-1 text-14">
              {phase.charAt(0).toUpperCase() + phase.slice(1)}
            </h3>
            <ol>
              {steps.map((step) => (
                <li key={step.id} className="grid grid-cols-1 gap-1 border-b border-line-faint py-row">
                  <span className="font-medium">
                    {step.title}
                    {step.component && (
                      <span className="pl-2 text-12 font-regular text-faint">
                        {step.component.replaceAll("_", " ")}
                        {step.operations && ` · ${step.operations.join(", ")}`}
                      </span>
                    )}
                  </span>
                  {step.byHand !== undefined && (
                    <CommandBlock quiet command={step.byHand} label={`by hand: ${step.title}`} />
                  )}
                  <SourceLine source={step.source} />
                </li>
              ))}
            </ol>
          </div>
        );
      })}
      {procedure.safeForms.map((form) => (
        <Notice key={form.written} tone="neutral" title={`Not as written: ${form.written}`}>
          <p>{form.instead}</p>
          <p className="text-secondary">{form.because}</p>
        </Notice>
      ))}
    </div>
  );
}

function spanWords({ from, to }: { from: number; to: number }): string {
  const end = formatLimit(to * 60);
  return from === to ? end : `${from} to ${end}`;
}
