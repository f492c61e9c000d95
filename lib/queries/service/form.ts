import type { UserActor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { RegisterService } from "#lib/domain/service.ts";
import { db } from "#lib/platform/db/client.ts";
import { readableSystems, requireReadable } from "#lib/queries/authority/readable-systems.ts";
import { roleIn } from "#lib/queries/user/role-in.ts";

export type ServiceForm = Omit<RegisterService, "id">;

/**
 * A service as it was registered, with where its secrets are found: for those who may change that. Throws NOT_FOUND;
 * FORBIDDEN without the role admin everywhere.
 */
export async function serviceForm(actor: UserActor, id: string): Promise<ServiceForm> {
  const systems = await readableSystems(actor, "service.read");
  const row = await db().service.findUnique({
    where: { id },
    include: {
      environments: { orderBy: { sort: "asc" }, include: { targets: { orderBy: { sort: "asc" } } } },
      dependsOn: { orderBy: { dependsOnId: "asc" } },
    },
  });
  if (!row) throw new Refusal("NOT_FOUND", "There is no service with this id.");
  requireReadable(systems, row.system, "service");
  if ((await roleIn(actor, null)) !== "admin")
    throw new Refusal(
      "FORBIDDEN",
      "What is registered about a service is changed by an admin of all systems.",
    );
  const { id: _, ...form } = RegisterService.parse({
    id,
    name: row.name,
    system: row.system,
    owner: row.owner,
    playbook: row.playbookId,
    environments: row.environments.map(
      ({ name, protected: isProtected, automaticRollback, allow, targets }) => ({
        name,
        protected: isProtected,
        automaticRollback,
        allow,
        targets: targets.map(({ component, adapter, settings, secrets }) => ({
          component,
          adapter,
          settings,
          secrets,
        })),
      }),
    ),
    dependsOn: row.dependsOn.map(({ dependsOnId, versions }) => ({
      service: dependsOnId,
      ...(versions === null ? {} : { versions }),
    })),
  });
  return form;
}
