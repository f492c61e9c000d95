import { FigureStrip, type Figure } from "#components/approval/figure-strip.tsx";
import { formatLimit } from "#components/ui/format-time.ts";
import { planSteps, type Plan } from "#lib/domain/plan.ts";

const riskFigure = {
  low: { value: "Low", tone: "ok" },
  medium: { value: "Medium", tone: "warn" },
  high: { value: "High", tone: "danger" },
} as const;

/** Risk, data loss, time and downtime of a plan, in the order in which they are asked at night. */
export function PlanFigures({ plan }: { plan: Plan }) {
  const steps = planSteps(plan);
  const changes = steps.filter((step) => step.mutating).length;
  const final = steps.filter((step) => step.mutating && step.reversibility === "irreversible").length;
  const figures: Figure[] = [
    {
      label: "Risk",
      ...riskFigure[plan.risk],
      hint: final === 0 ? "Every change can be undone" : `${final} of ${changes} changes cannot be undone`,
    },
    plan.dataLoss === null
      ? { label: "Data loss", value: "None", hint: "Nothing newer is given up" }
      : {
          label: "Data loss",
          value: formatLimit(plan.dataLoss.minutes * 60),
          tone: "danger",
          hint: `All that was written since ${clock(plan.dataLoss.from)} is lost`,
        },
    {
      label: "Time",
      value: `about ${formatLimit(plan.estimate.minutes * 60)}`,
      hint: `Stopped after ${formatLimit(plan.limits.rollbackSeconds)}, then ${formatLimit(plan.limits.healthSeconds)} to be healthy`,
    },
    plan.estimate.downtimeMinutes === 0
      ? { label: "Downtime", value: "None", hint: "It keeps serving" }
      : {
          label: "Downtime",
          value: `about ${formatLimit(plan.estimate.downtimeMinutes * 60)}`,
          tone: "warn",
        },
  ];
  return <FigureStrip label="The plan in figures" figures={figures} />;
}

const clock = (at: string) => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
