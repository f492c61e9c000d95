import type { TrailStep } from "#components/ui/step-trail.tsx";

const wizardSteps = ["situation", "target", "plan", "checklist"] as const;
export type WizardStep = (typeof wizardSteps)[number];

const labels: Record<WizardStep, string> = {
  situation: "Situation and verdict",
  target: "Scope and target",
  plan: "Plan",
  checklist: "Checklist",
};

/** What there is already; numbers such as INC-4 and RB-12. */
export type WizardProgress = { incident: string | null; rollback: string | null; isPrepared: boolean };

/** Where a step lives. Each address alone brings the step back. */
export function stepHref(step: WizardStep, { incident, rollback }: WizardProgress): string {
  if (incident === null) return step === "situation" ? "/declare" : `/declare#${step}`;
  if (step === "situation") return `/declare?incident=${incident}`;
  return `/declare/${incident}/${step}${rollback === null ? "" : `?rollback=${rollback}`}`;
}

/** The steps as the trail shows them: what lies behind is done, what lies ahead opens once there is something to see. */
export function trailOf(current: WizardStep, progress: WizardProgress): TrailStep[] {
  const at = wizardSteps.indexOf(current);
  return wizardSteps.map((step, index) => ({
    href: stepHref(step, progress),
    label: labels[step],
    state: index === at ? "current" : index < at ? "done" : isOpen(step, progress) ? "open" : "shut",
  }));
}

function isOpen(step: WizardStep, { incident, rollback, isPrepared }: WizardProgress): boolean {
  switch (step) {
    case "situation":
      return true;
    case "target":
      return incident !== null;
    case "plan":
      return rollback !== null;
    case "checklist":
      return rollback !== null && isPrepared;
  }
}
