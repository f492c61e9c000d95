import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import type { Cluster } from "#e2e/targets/kubernetes/cluster.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { Inspection, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { kubernetes } from "#lib/adapters/kubernetes/index.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";

export type Place = {
  settings: JsonObject;
  /** Null: none is given, and the settings say how to reach the cluster. */
  kubeconfig: string | null;
  allow: string[];
};

const secretsOf = ({ kubeconfig }: Place): Record<string, string> =>
  kubeconfig === null ? {} : { kubeconfig };

/** Where one rollback goes: the admin's own kubeconfig, unless told otherwise. */
export const placeIn = (cluster: Cluster, settings: JsonObject, changes: Partial<Place> = {}): Place => ({
  settings,
  kubeconfig: cluster.kubeconfig(),
  allow: [cluster.address],
  ...changes,
});

const context = (place: Place) =>
  adapterContext({
    settings: kubernetes.settings.parse(place.settings),
    secrets: secretsOf(place),
    allow: place.allow,
  }).ctx as never;

/** One operation, planned and then done from what the plan stored. */
export async function attempt(
  place: Place,
  request: PlanRequest,
  operation: string,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<StepResult> {
  const [planned] = await plansFor(place, request, operation);
  if (planned === undefined) throw new Error(`${operation} is not planned.`);
  await between();
  return step(place, operation, planned.desired);
}

export function step(place: Place, operation: string, desired: unknown): Promise<StepResult> {
  return runStep({
    adapter: "kubernetes",
    operation,
    settings: place.settings,
    secrets: secretsOf(place),
    allow: place.allow,
    desired,
  });
}

export async function plansFor(
  place: Place,
  request: PlanRequest,
  operation: string,
): Promise<readonly Planned<unknown, unknown>[]> {
  const found = kubernetes.operations.find(({ id }) => id === operation);
  return plansOf((await found?.plan(context(place), request)) ?? null);
}

/** The fault of a plan, or null. */
export function planFault(place: Place, request: PlanRequest, operation: string): Promise<Fault | null> {
  return faultOf(plansFor(place, request, operation));
}

export async function faultOf(promise: Promise<unknown>): Promise<Fault | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

export async function inspected(place: Place): Promise<Inspection> {
  const found = await kubernetes.inspect?.(context(place), "code");
  if (found === undefined) throw new Error("It cannot be inspected.");
  return found;
}

export const identified = async (place: Place) => kubernetes.identify?.(context(place));
