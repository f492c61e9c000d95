import type { BuildPlanInput } from "#lib/domain/build-plan-input.ts";
import { buildLane, type Lane } from "#lib/domain/build-plan-lane.ts";
import { joinLanes } from "#lib/domain/build-plan-lanes.ts";
import type { PlanBody } from "#lib/domain/plan.ts";

/**
 * Builds what approvers will sign: everything resolved, in the procedure's order, with stable keys; where services move
 * together, lane after lane. Pure: the same input gives the same plan. Throws Refusal INVALID for a procedure or scope
 * that a playbook does not have, and where data would be lost without the window being known.
 */
export function buildPlan(input: BuildPlanInput): PlanBody {
  const { members = [], limits = {} } = input;
  const isAlone = members.length === 0;
  const own = buildLane(input, limits, { member: null, label: isAlone ? null : input.service });
  const built = members.map((member) => {
    const { service, because } = member;
    const lane = buildLane(member, limits, { member: service, label: service });
    return { lane, because, allow: [...member.environment.allow] };
  });
  const lanes = inOrder(
    own,
    built.map(({ lane }) => lane),
    input.lanes ?? [],
  );
  return {
    format: 1,
    rollback: input.rollback,
    service: own.service,
    environment: input.environment.name,
    from: own.from,
    to: own.to,
    scope: own.scope,
    ...(isAlone
      ? {}
      : {
          lanes: lanes.map((lane) => lane.service),
          members: lanes.flatMap((lane) => {
            const member = built.find((one) => one.lane === lane);
            if (!member) return [];
            const { service, from, to, scope, playbook, procedure } = lane;
            const { allow, because } = member;
            return [{ service, from, to, scope, playbook, procedure, allow, because }];
          }),
        }),
    playbook: own.playbook,
    procedure: own.procedure,
    strategy: input.strategy,
    allow: [...input.environment.allow],
    emergency: input.emergency,
    drill: input.drill,
    ...joinLanes(lanes),
  };
}

function inOrder(own: Lane, members: readonly Lane[], order: readonly string[]): [Lane, ...Lane[]] {
  const [first = own, ...rest] = [own, ...members].toSorted(
    (a, b) => order.indexOf(a.service) - order.indexOf(b.service),
  );
  return [first, ...rest];
}
