import type { AdapterContext, PlanRequest } from "#lib/adapters/contract.ts";
import { observedOf } from "#lib/adapters/http-blue-green/executor.ts";
import type { Observed } from "#lib/adapters/http-blue-green/executor.ts";
import type { Settings, Switch, Wanted } from "#lib/adapters/http-blue-green/schema.ts";
import type { Status } from "#lib/adapters/http-blue-green/status.ts";
import { readStatus, shown } from "#lib/adapters/http-blue-green/target.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Where the wanted version is. Throws Fault `permanent` when neither environment is seen to hold it. */
export async function locate(
  ctx: AdapterContext<Settings>,
  request: PlanRequest,
): Promise<{ status: Status; wanted: Wanted; isCurrent: boolean }> {
  const status = await readStatus(ctx);
  const { version } = request.to;
  if (status.current.version === version)
    return { status, wanted: { environment: status.current.environment, version }, isCurrent: true };
  if (status.idle?.version === version)
    return { status, wanted: { environment: status.idle.environment, version }, isCurrent: false };
  const idle =
    status.idle === null ? "the other environment is not shown" : `the idle one is ${shown(status.idle)}`;
  throw new Fault(
    "permanent",
    "NOT_IN_IDLE",
    `${version} is in neither environment: ${shown(status.current)} serves, and ${idle}.`,
    `A switch reaches only what the idle environment holds. Deploy ${version} there first, or choose the version that is there.`,
  );
}

export async function planSwitch(
  ctx: AdapterContext<Settings>,
  request: PlanRequest,
): Promise<{ title: string; desired: Switch; observed: Observed }> {
  const { status, wanted, isCurrent } = await locate(ctx, request);
  return {
    title: isCurrent
      ? `Traffic is on ${shown(wanted)} already`
      : `Switch traffic from ${shown(status.current)} to ${shown(wanted)}`,
    desired: { ...wanted, from: status.current },
    observed: observedOf(status),
  };
}
