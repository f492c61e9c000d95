import { adapterById } from "#lib/adapters/registry.ts";
import { Refusal, type FieldError } from "#lib/domain/errors.ts";
import type { EnvironmentInput } from "#lib/domain/service.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";

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
      const path = `environments.${i}.targets.${j}`;
      const adapter = adapterById(target.adapter);
      if (!adapter) {
        errors.push({ path: `${path}.adapter`, message: "There is no adapter with this id." });
        return;
      }
      if (!adapter.components.includes(target.component)) {
        errors.push({
          path: `${path}.component`,
          message: `The adapter ${adapter.id} does not carry this component.`,
        });
      }
      const settings = adapter.settings.safeParse(target.settings);
      for (const issue of settings.error?.issues ?? []) {
        errors.push({
          path: [`${path}.settings`, ...issue.path.map(String)].join("."),
          message: issue.message,
        });
      }
      for (const name of Object.keys(target.secrets)) {
        if (!(name in adapter.secrets)) {
          errors.push({ path: `${path}.secrets.${name}`, message: "This adapter knows no such secret." });
        }
      }
    });
  });
  const first = errors[0];
  if (first) throw new Refusal("INVALID", `${first.path}: ${first.message}`, { errors });
}

/** What the record tells of an environment: what guards it, what it opens, and what acts on it. Without settings. */
export function environmentForRecord(environment: EnvironmentInput) {
  const { name, protected: isProtected, automaticRollback, allow, targets } = environment;
  return {
    name,
    protected: isProtected,
    ...(automaticRollback === undefined ? {} : { automaticRollback }),
    ...(allow ? { allow } : {}),
    targets: targets.map(({ component, adapter }) => ({ component, adapter })),
  };
}

/** Makes the service's environments and targets what the input says. Environments that history speaks of stay. */
export async function writeEnvironments(
  tx: Tx,
  serviceId: string,
  environments: readonly EnvironmentInput[],
): Promise<void> {
  for (const [sort, input] of environments.entries()) {
    const environment = await tx.environment.upsert({
      where: { serviceId_name: { serviceId, name: input.name } },
      create: {
        id: newId("env"),
        serviceId,
        name: input.name,
        protected: input.protected,
        automaticRollback: input.automaticRollback ?? false,
        allow: input.allow ?? [],
        sort,
      },
      update: {
        protected: input.protected,
        sort,
        ...(input.automaticRollback === undefined ? {} : { automaticRollback: input.automaticRollback }),
        ...(input.allow ? { allow: input.allow } : {}),
      },
    });
    await tx.target.deleteMany({ where: { environmentId: environment.id } });
    await tx.target.createMany({
      data: input.targets.map((target, position) => ({
        id: newId("tgt"),
        environmentId: environment.id,
        component: target.component,
        adapter: target.adapter,
        settings: target.settings,
        secrets: target.secrets,
        sort: position,
      })),
    });
  }
}

export async function writeDependencies(
  tx: Tx,
  serviceId: string,
  dependsOn: readonly { service: string; versions?: string | undefined }[],
): Promise<void> {
  const known = await tx.service.findMany({
    where: { id: { in: dependsOn.map((d) => d.service) } },
    select: { id: true },
  });
  const ids = new Set(known.map((service) => service.id));
  dependsOn.forEach((dependency, i) => {
    if (dependency.service === serviceId || !ids.has(dependency.service)) {
      const message =
        dependency.service === serviceId ? "A service cannot depend on itself." : "There is no such service.";
      throw new Refusal("INVALID", `dependsOn.${i}.service: ${message}`, {
        errors: [{ path: `dependsOn.${i}.service`, message }],
      });
    }
  });
  await tx.dependency.deleteMany({ where: { serviceId } });
  await tx.dependency.createMany({
    data: dependsOn.map((d) => ({ serviceId, dependsOnId: d.service, versions: d.versions ?? null })),
    skipDuplicates: true,
  });
}
