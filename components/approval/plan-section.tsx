import { laneStarts } from "#components/rollback/lane-starts.ts";
import { StepLead } from "#components/rollback/step-lead.tsx";
import { Ledger } from "#components/ui/ledger.tsx";
import { Section } from "#components/ui/section.tsx";
import { pointOfNoReturn, type Plan, type PlanStep } from "#lib/domain/plan.ts";

/** The plan to the last command: what will be done, in which order, where it waits, and what stays as it is. */
export function PlanSection({ plan }: { plan: Plan }) {
  const lanes = laneStarts(plan);
  return (
    <Section
      title="Every step"
      hint={`Procedure ${plan.procedure} of ${plan.playbook.id}, version ${plan.playbook.version}.`}
    >
      <Ledger
        phases={plan.phases.map((phase) => ({
          ...phase,
          steps: phase.steps.map((step) => {
            const lane = lanes.get(step.key);
            const hasLead = lane !== undefined || step.hold !== undefined || step.release !== undefined;
            const lead = hasLead ? <StepLead lane={lane} step={step} live={undefined} /> : null;
            return { ...ledgerStep(step), ...(lead ? { lead } : {}) };
          }),
        }))}
        pointOfNoReturn={pointOfNoReturn(plan)}
        notReverted={plan.notReverted}
        notLookedAt={plan.notLookedAt}
      />
    </Section>
  );
}

function ledgerStep(step: PlanStep) {
  return { ...step, where: [step.component?.replaceAll("_", " "), step.adapter].filter(Boolean).join(" · ") };
}
