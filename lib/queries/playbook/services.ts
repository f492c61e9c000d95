import type { Actor } from "#lib/domain/actor.ts";
import { assignmentEffect, type AssignmentEffect } from "#lib/domain/assignment-effect.ts";
import { activeRollbackStates } from "#lib/domain/rollback.ts";
import { Component } from "#lib/domain/service.ts";
import { db } from "#lib/platform/db/client.ts";
import { heldRole } from "#lib/queries/authority/held-role.ts";
import { assertMayRead, currentAuthority } from "#lib/queries/authority/may-read.ts";
import { inSystems, readableSystems } from "#lib/queries/authority/readable-systems.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";

/** A service, and what it would mean for it to follow a playbook. */
export type PlaybookServiceView = AssignmentEffect & {
  id: string;
  name: string;
  system: string;
  /** The playbook that it follows now. */
  playbook: string;
  /** Whether the reader may change that. */
  mayChange: boolean;
  /** Numbers of open incidents and active rollbacks, which keep the version they began with. */
  open: string[];
};

/**
 * The services that the actor may know of, by system and name, with what each follows now and what would follow from
 * giving it this playbook's newest version. `service`: that one alone. Throws NOT_FOUND for a playbook that is not there.
 */
export async function playbookServices(
  actor: Actor,
  id: string,
  service?: string,
): Promise<{ items: PlaybookServiceView[]; next: null }> {
  await assertMayRead(actor, "playbook.read");
  const [{ document }, systems, mayChangeIn] = await Promise.all([
    currentPlaybook(db(), id),
    readableSystems(actor, "service.read"),
    adminIn(actor),
  ]);
  const services = await db().service.findMany({
    where: { ...inSystems(systems), ...(service === undefined ? {} : { id: service }) },
    include: { environments: { orderBy: { sort: "asc" }, include: { targets: true } } },
    orderBy: [{ system: "asc" }, { name: "asc" }, { id: "asc" }],
  });
  const open = await openAt(services.map((one) => one.id));
  return {
    items: services.map((one) => ({
      id: one.id,
      name: one.name,
      system: one.system,
      playbook: one.playbookId,
      mayChange: mayChangeIn(one.system),
      open: open.get(one.id) ?? [],
      ...assignmentEffect(
        document,
        one.environments.map((place) => ({
          name: place.name,
          automaticRollback: place.automaticRollback,
          components: place.targets.map((target) => Component.parse(target.component)),
        })),
      ),
    })),
    next: null,
  };
}

async function adminIn(actor: Actor): Promise<(system: string) => boolean> {
  if (actor.kind === "system") return () => true;
  const now = new Date();
  const held = await currentAuthority(actor, now);
  return (system) => heldRole(held, system, now) === "admin";
}

async function openAt(ids: readonly string[]): Promise<Map<string, string[]>> {
  const where = { serviceId: { in: [...ids] } };
  const select = { serviceId: true, number: true };
  const [incidents, rollbacks] = await Promise.all([
    db().incident.findMany({ where: { ...where, state: { notIn: ["resolved", "reviewed"] } }, select }),
    db().rollback.findMany({ where: { ...where, state: { in: [...activeRollbackStates] } }, select }),
  ]);
  const open = new Map<string, string[]>();
  const add = (prefix: string, rows: readonly { serviceId: string; number: number }[]) => {
    for (const { serviceId, number } of rows.toSorted((a, b) => a.number - b.number)) {
      open.set(serviceId, [...(open.get(serviceId) ?? []), `${prefix}-${number}`]);
    }
  };
  add("INC", incidents);
  add("RB", rollbacks);
  return open;
}
