import { adapterContext } from "#e2e/contract/adapter-context.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { FoundVersion, Identity, Inspection, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { adapterById } from "#lib/adapters/registry.ts";
import { Fault } from "#lib/domain/errors.ts";

type Changes = Partial<PlanRequest>;
export type UnderTest = {
  /** The plans of one operation for this case. */
  plans: (operation: string, changes?: Changes) => Promise<readonly Planned<unknown, unknown>[]>;
  /** The one plan of an operation. */
  plan: (operation: string, changes?: Changes) => Promise<Planned<unknown, unknown>>;
  step: (operation: string, desired: unknown, previous?: "none" | "unknown") => Promise<StepResult>;
  /** Plans and performs. */
  run: (operation: string, changes?: Changes) => Promise<StepResult>;
  /** The same request with other artifacts. */
  artifacts: (changes: Partial<PlanRequest["to"]["artifacts"]>) => Changes;
  inspect: () => Promise<Inspection | undefined>;
  identify: () => Promise<Identity | undefined>;
  history: () => Promise<FoundVersion[]>;
};

/** One adapter as its own tests use it, through the registry. Read anew at each use: a test may change the case. */
export function underTest(one: () => ContractCase): UnderTest {
  const adapter = () => {
    const found = adapterById(one().adapter);
    if (!found) throw new Error(`The registry has no ${one().adapter}.`);
    return found;
  };
  const context = () => {
    const { settings, secrets, allow } = one();
    return adapterContext({ settings: adapter().settings.parse(settings), secrets, allow }).ctx;
  };
  const plans: UnderTest["plans"] = async (id, changes = {}) => {
    const operation = adapter().operations.find((each) => each.id === id);
    if (!operation) throw new Error(`There is no operation ${id}.`);
    return plansOf(await operation.plan(context(), { ...one().request, ...changes }));
  };
  const plan: UnderTest["plan"] = async (id, changes) => {
    const [first, second] = await plans(id, changes);
    if (first === undefined || second !== undefined) throw new Error(`${id} did not plan one step.`);
    return first;
  };
  const step: UnderTest["step"] = (operation, desired, previous = "none") => {
    const { adapter: id, settings, secrets, allow } = one();
    return runStep({ adapter: id, operation, settings, secrets, allow, desired, previous });
  };
  const inspect = async () => adapter().inspect?.(context(), one().request.component);
  return {
    plans,
    plan,
    step,
    run: async (id, changes) => step(id, (await plan(id, changes)).desired),
    artifacts: (changes) => {
      const { to } = one().request;
      return { to: { ...to, artifacts: { ...to.artifacts, ...changes } } };
    },
    inspect,
    identify: async () => adapter().identify?.(context()),
    history: async () => (await inspect())?.history ?? [],
  };
}

/** Such as “permanent DEPLOY_GONE”; “none” when nothing was refused. */
export function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "none",
    (error: unknown) => (error instanceof Fault ? `${error.kind} ${error.code}` : String(error)),
  );
}
