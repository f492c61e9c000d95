import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import type { ComposeProject } from "#e2e/targets/compose-project.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { AdapterContext, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { dockerCompose } from "#lib/adapters/docker-compose/index.ts";
import type { Settings } from "#lib/adapters/docker-compose/schema.ts";
import type { JsonObject } from "#lib/domain/json.ts";
import type { Artifacts } from "#lib/domain/service.ts";

const order = ["stop", "revert-commit", "pin-images", "pull", "start-layer"];

/** The steps of a rollback of a compose project, planned and done one by one. `settings` change the project's own. */
export function composeSteps(project: () => ComposeProject) {
  const allow = (): string[] => [(project().settings["probes"] as { data: { tcp: string } }).data.tcp];
  const request = (artifacts: Partial<Artifacts> = {}, more: Partial<PlanRequest> = {}): PlanRequest => ({
    ...planRequest(),
    to: {
      version: "v1",
      artifacts: { ...planRequest().to.artifacts, imageDigest: project().imageDigest, ...artifacts },
    },
    ...more,
  });
  const context = (settings: JsonObject = {}): AdapterContext<Settings> => {
    const parsed = dockerCompose.settings.parse({ ...project().settings, ...settings });
    return { ...adapterContext({ settings: parsed, allow: allow() }).ctx, settings: parsed };
  };
  const plan = async (
    operation: string,
    asked = request(),
    settings: JsonObject = {},
  ): Promise<readonly Planned<unknown, unknown>[]> => {
    const found = dockerCompose.operations.find(({ id }) => id === operation);
    return plansOf((await found?.plan(context(settings), asked)) ?? null);
  };
  const step = (operation: string, desired: unknown, settings: JsonObject = {}): Promise<StepResult> =>
    runStep({
      adapter: "docker-compose",
      operation,
      settings: { ...project().settings, ...settings },
      allow: allow(),
      desired,
    });
  /** Plans all, then does all, until a step fails. */
  const rollBack = async (asked = request(), settings: JsonObject = {}): Promise<StepResult[]> => {
    const steps: { operation: string; desired: unknown }[] = [];
    for (const operation of order)
      for (const { desired } of await plan(operation, asked, settings)) steps.push({ operation, desired });
    const results: StepResult[] = [];
    for (const { operation, desired } of steps) {
      const result = await step(operation, desired, settings);
      results.push(result);
      if (result.fault !== null) break;
    }
    return results;
  };
  return { request, context, plan, step, rollBack };
}

/** What a promise was rejected with, or null. */
export const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
