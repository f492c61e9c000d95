import { inspectTargetsOf } from "#lib/commands/service/inspect-targets-of.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { EnvironmentInput } from "#lib/domain/service.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";

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

/**
 * Makes the service's environments and targets what the input says, and has a worker look at each target. Environments
 * that history speaks of stay.
 */
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
    await inspectTargetsOf(tx, environment.id, null);
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
