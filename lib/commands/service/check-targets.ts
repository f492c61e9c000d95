import { adapterById } from "#lib/adapters/registry.ts";
import { Refusal, type FieldError } from "#lib/domain/errors.ts";
import type { EnvironmentInput } from "#lib/domain/service.ts";

type Target = EnvironmentInput["targets"][number];

/** Checks every target against its adapter's own schema. Throws INVALID, naming the field. */
export function checkTargets(environments: readonly EnvironmentInput[]): void {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  environments.forEach((environment, i) => {
    if (names.has(environment.name)) {
      errors.push({ path: `environments.${i}.name`, message: "Two environments have this name." });
    }
    names.add(environment.name);
    environment.targets.forEach((target, j) => {
      errors.push(...checkTarget(target, `environments.${i}.targets.${j}.`));
    });
  });
  const first = errors[0];
  if (first) throw new Refusal("INVALID", `${first.path}: ${first.message}`, { errors });
}

/** What is wrong with one target; `prefix` stands before the name of each field. */
export function checkTarget(target: Target, prefix: string): FieldError[] {
  const adapter = adapterById(target.adapter);
  if (!adapter) return [{ path: `${prefix}adapter`, message: "There is no adapter with this id." }];
  const errors: FieldError[] = [];
  if (!adapter.components.includes(target.component)) {
    const message = `The adapter ${adapter.id} does not carry this component.`;
    errors.push({ path: `${prefix}component`, message });
  }
  const settings = adapter.settings.safeParse(target.settings);
  for (const issue of settings.error?.issues ?? []) {
    const path = [`${prefix}settings`, ...issue.path.map(String)].join(".");
    errors.push({ path, message: issue.message });
  }
  for (const name of Object.keys(target.secrets)) {
    if (!Object.hasOwn(adapter.secrets, name) && !Object.hasOwn(adapter.secrets, "*")) {
      errors.push({ path: `${prefix}secrets.${name}`, message: "This adapter knows no such secret." });
    }
  }
  return errors;
}
