import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Evidence, Executor, PlanRequest } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { placed, planPrompts, promptsAsWanted, promptsExecutor } from "#lib/adapters/langchain/files.ts";
import type { PromptsObserved } from "#lib/adapters/langchain/files.ts";
import { commitOf, readAt } from "#lib/adapters/langchain/git-files.ts";
import type { Context } from "#lib/adapters/langchain/git-files.ts";
import {
  pinsAsWanted,
  pinsExecutor,
  planPins,
  servedManifest,
  storedPins,
} from "#lib/adapters/langchain/registry.ts";
import type { PinsObserved } from "#lib/adapters/langchain/registry.ts";
import { Samples } from "#lib/adapters/langchain/schema.ts";
import type { AnyPrompts, Pins, Prompts, Rendering, Settings } from "#lib/adapters/langchain/schema.ts";
import { renderTemplate, TemplateError, templatesOf } from "#lib/adapters/langchain/template.ts";
import type { TemplateFormat, Variables } from "#lib/adapters/langchain/template.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Observed = PromptsObserved | PinsObserved;
type Plan = { title: string; desired: AnyPrompts; observed: Observed };

/** Prompts of the registry where the settings name one, otherwise those of the repository; null: neither. */
export async function planAny(ctx: Context, request: PlanRequest): Promise<Plan | null> {
  if (ctx.settings.registry !== undefined) return planPins(ctx, request);
  const { promptsFolder } = ctx.settings;
  return promptsFolder === undefined ? null : planPrompts(ctx, request, promptsFolder);
}

const isFiles = (desired: AnyPrompts): desired is Prompts => "files" in desired;
const filesOf = (observed: Observed): PromptsObserved => observed as PromptsObserved;
const pinsOf = (observed: Observed): PinsObserved => observed as PinsObserved;

export const anyPromptsExecutor: Executor<Settings, AnyPrompts, Observed> = {
  observe: (ctx, desired) =>
    isFiles(desired) ? promptsExecutor.observe(ctx, desired) : pinsExecutor.observe(ctx, desired),
  stable: (observed) => observed,
  isDone: (desired, observed) =>
    isFiles(desired)
      ? promptsExecutor.isDone(desired, filesOf(observed))
      : pinsExecutor.isDone(desired, pinsOf(observed)),
  apply: (ctx, desired, observed) =>
    isFiles(desired)
      ? promptsExecutor.apply(ctx, desired, filesOf(observed))
      : pinsExecutor.apply(ctx, desired, pinsOf(observed)),
  verify: (ctx, desired) =>
    isFiles(desired) ? promptsExecutor.verify(ctx, desired) : pinsExecutor.verify(ctx, desired),
};

export async function planRendering(ctx: Context, request: PlanRequest) {
  const planned = await planAny(ctx, request);
  if (planned === null) return null;
  const { desired } = planned;
  const samples = isFiles(desired)
    ? await samplesAt(ctx, request)
    : (await storedPins(ctx, desired.revision)).samples;
  const count = Object.keys(isFiles(desired) ? desired.files : desired.commits).length;
  return {
    title: `Verify that ${count} pinned ${count === 1 ? "prompt" : "prompts"} can be filled`,
    desired: { prompts: desired, samples } satisfies Rendering,
    observed: null,
  };
}

async function samplesAt(ctx: Context, request: PlanRequest): Promise<Samples> {
  const { samplesFile } = ctx.settings;
  if (samplesFile === undefined) return {};
  const { content } = await readAt(ctx, commitOf(request), samplesFile);
  const samples = Samples.safeParse(parseJson(content.toString("utf8")));
  if (samples.success) return samples.data;
  throw new Fault(
    "permanent",
    "SAMPLES_CORRUPT",
    `${samplesFile} is not {file: {variable: value}}.`,
    "Correct the sample variables in the repository.",
  );
}

/** Fills every template with its sample variables, as it lies in place or as the registry serves it. */
export const renderingExecutor = checkExecutor<Settings, Rendering>(async (ctx, { prompts, samples }) =>
  isFiles(prompts) ? renderFiles(prompts, samples) : renderPins(ctx, prompts, samples),
);

async function renderFiles(prompts: Prompts, samples: Samples): Promise<Evidence[]> {
  const found = [await promptsAsWanted(prompts)];
  for (const name of Object.keys(prompts.files)) {
    const format = name.endsWith(".mustache") ? "mustache" : "f-string";
    found.push(rendered(name, [{ template: await placed(prompts, name), format }], samples[name]));
  }
  return found;
}

async function renderPins(ctx: Context, pins: Pins, samples: Samples): Promise<Evidence[]> {
  const found = [await pinsAsWanted(ctx, pins)];
  for (const [prompt, commit] of Object.entries(pins.commits)) {
    const served = await servedManifest(ctx, prompt);
    if (served.commit_hash !== commit)
      found.push(evidence(prompt, false, `The registry serves ${served.commit_hash.slice(0, 12)}.`));
    else found.push(rendered(prompt, templatesOf(served.manifest), samples[prompt]));
  }
  return found;
}

function rendered(
  name: string,
  templates: readonly { template: string; format: TemplateFormat }[],
  variables: Variables = {},
): Evidence {
  try {
    const length = templates
      .map(({ template, format }) => renderTemplate(template, format, variables).length)
      .reduce((sum, one) => sum + one, 0);
    const what = templates.length === 1 ? "It was filled" : `Its ${templates.length} templates were filled`;
    return evidence(name, templates.length > 0, `${what}: ${length} characters.`);
  } catch (error) {
    if (error instanceof TemplateError) return evidence(name, false, `${name}, ${error.message}.`);
    throw error;
  }
}
