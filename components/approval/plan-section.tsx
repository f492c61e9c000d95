import { Ledger } from "#components/ui/ledger.tsx";
import { Section } from "#components/ui/section.tsx";
import { pointOfNoReturn, type Plan, type PlanStep } from "#lib/domain/plan.ts";

/** The plan to the last command: what will be done, in which order, and what stays as it is. */
export function PlanSection({ plan }: { plan: Plan }) {
  return (
    <Section
      title="Every step"
      hint={`Procedure ${plan.procedure} of ${plan.playbook.id}, version ${plan.playbook.version}.`}
    >
      <Ledger
        phases={plan.phases.map((phase) => ({ ...phase, steps: phase.steps.map(ledgerStep) }))}
        pointOfNoReturn={pointOfNoReturn(plan)}
        notReverted={plan.notReverted}
      />
    </Section>
  );
}

function ledgerStep(step: PlanStep) {
  return { ...step, where: [step.component?.replaceAll("_", " "), step.adapter].filter(Boolean).join(" · ") };
}
