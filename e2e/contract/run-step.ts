import { adapterContext } from "#e2e/contract/adapter-context.ts";
import type { ContextOptions } from "#e2e/contract/adapter-context.ts";
import type { Evidence, Receipt } from "#lib/adapters/contract.ts";
import { adapterById } from "#lib/adapters/registry.ts";
import { Fault } from "#lib/domain/errors.ts";

export type StepRequest = Omit<ContextOptions, "signal"> & {
  adapter: string;
  operation: string;
  desired: unknown;
  /** Opens what the operation keeps shut, in place of performing it. */
  isRelease?: boolean;
};
export type StepResult = {
  receipt: Receipt | null;
  evidence: Evidence[];
  fault: { kind: string; code: string; message: string; advice: string } | null;
  lines: string[];
};

/** One step as the contract says that it is called, from nothing but stored values. */
export async function runStep(request: StepRequest, signal?: AbortSignal): Promise<StepResult> {
  const adapter = adapterById(request.adapter);
  const operation = adapter?.operations.find(({ id }) => id === request.operation);
  if (adapter === undefined || operation === undefined) throw new Error("There is no such operation.");
  const { ctx, lines } = adapterContext({
    ...request,
    settings: adapter.settings.parse(request.settings),
    ...(signal && { signal }),
  });
  const result: StepResult = { receipt: null, evidence: [], fault: null, lines };
  try {
    const desired: unknown = operation.desired.parse(request.desired);
    const executor = await (request.isRelease ? operation.release : operation)?.executor();
    if (executor === undefined) throw new Error("There is nothing that it keeps shut.");
    if (operation.mutating) {
      const observed: unknown = await executor.observe(ctx, desired);
      if (!executor.isDone(desired, observed)) result.receipt = await executor.apply(ctx, desired, observed);
    }
    result.evidence = await executor.verify(ctx, desired);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { kind, code, message, advice } = error;
    result.fault = { kind, code, message, advice };
  }
  return result;
}
