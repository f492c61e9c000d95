import { planSteps, type PlanBody } from "#lib/domain/plan.ts";

/** Where one service's part of a plan begins. */
export type LaneStart = {
  service: string;
  number: number;
  of: number;
  from: string | null;
  to: string;
  /** The dependency that makes it move; null for the plan's own service. */
  because: string | null;
};

/** The steps with which lanes begin in the execution, by key; none where one service moves alone. Pure. */
export function laneStarts(
  plan: Pick<PlanBody, "service" | "from" | "to" | "lanes" | "members" | "phases">,
): Map<string, LaneStart> {
  const { lanes = [], members = [] } = plan;
  const execution = planSteps({ phases: plan.phases.filter((phase) => phase.id === "execution") });
  const starts = lanes.flatMap((service, at): [string, LaneStart][] => {
    const first = execution.find((step) => (step.service ?? plan.service) === service);
    const member = members.find((one) => one.service === service);
    const { from, to } = member ?? plan;
    const lane = { service, number: at + 1, of: lanes.length, from, to, because: member?.because ?? null };
    return first ? [[first.key, lane]] : [];
  });
  return new Map(starts);
}
