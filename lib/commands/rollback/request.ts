import { command } from "#lib/commands/command.ts";
import { checkEmergency } from "#lib/commands/rollback/emergency.ts";
import { holdMembers, locked } from "#lib/commands/rollback/hold-members.ts";
import { resolveMembers } from "#lib/commands/rollback/resolve-members.ts";
import { requireMayAsk } from "#lib/commands/rollback/require-may-ask.ts";
import { defaultScope, scopeFaults } from "#lib/domain/build-plan-scope.ts";
import { coveringProcedure } from "#lib/domain/choose-procedure.ts";
import { Refusal } from "#lib/domain/errors.ts";
import type { Procedure } from "#lib/domain/playbook-procedure.ts";
import { RequestRollback } from "#lib/domain/rollback.ts";
import { Component } from "#lib/domain/service.ts";
import { enqueueRun } from "#lib/engine/enqueue.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { newId } from "#lib/platform/id.ts";
import { approvalRulesOf } from "#lib/queries/approval/rules-of.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";
import { checkTargetVersion } from "#lib/queries/rollback/check-target-version.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

/** Opens a rollback: a draft that holds the lock on its (service, environment) while the worker prepares the plan. */
export const requestRollback = command({
  name: "rollback.request",
  input: RequestRollback,
  async load(tx, input) {
    const found = await loadPlace(tx, input.service, input.environment);
    return { place: found.place, loaded: found };
  },
  async run({ tx, actor, input, loaded, role, now }) {
    if (actor.kind !== "user") throw new Refusal("FORBIDDEN", "A person starts a rollback.");
    const { service, environment } = input;
    const incident = input.incident ? await openIncident(tx, input.incident, service, environment) : null;
    const playbook = await currentPlaybook(tx, loaded.service.playbookId);
    const procedure = chooseProcedure(playbook.document.procedures, input.procedure, input.scope ?? []);
    await checkTargetVersion(tx, service, environment, input.to);
    const current = await tx.deployment.findFirst({
      where: { serviceId: service, environment },
      orderBy: [{ deployedAt: "desc" }, { id: "desc" }],
    });
    if (input.emergency) {
      const { emergency } = input;
      const { system } = loaded.service;
      await checkEmergency(tx, { actor, role, system, playbook: playbook.document, emergency, now });
    }
    const targets = await tx.target.findMany({
      where: { environmentId: loaded.environment.id },
      orderBy: { sort: "asc" },
    });
    const present = targets.map((target) => Component.parse(target.component));
    const scope = input.scope ?? defaultScope(procedure, present);
    const errors = input.scope ? scopeFaults(procedure, input.scope, present) : [];
    if (errors[0]) throw new Refusal("INVALID", `scope: ${errors[0].message}`, { errors });
    const members = await resolveMembers(tx, loaded, input.members ?? []);
    const hold = members.some((member) => member.hold);
    const own = { service, from: current?.version ?? null, to: input.to, scope, hold };
    const id = newId("rb");
    const inserted = await tx.$queryRaw<{ number: number }[]>`
      INSERT INTO rollback (id, incident_id, service_id, environment, state, from_version, to_version, scope, procedure,
        strategy, reason, initiator_id, emergency, drill, playbook_id, playbook_version, created_at, touched_at)
      VALUES (${id}, ${incident}, ${service}, ${environment}, 'draft', ${own.from}, ${input.to},
        ${scope}, ${procedure.id}, ${input.strategy ?? current?.strategy ?? "as deployed"}, ${input.reason}, ${actor.id},
        ${input.emergency ? JSON.stringify(input.emergency) : null}::jsonb, ${input.drill ?? false},
        ${playbook.id}, ${playbook.version}, ${now}, ${now})
      ON CONFLICT (service_id, environment) WHERE state IN ('draft', 'awaiting_approval', 'approved', 'running',
        'paused', 'needs_manual', 'verifying', 'monitoring') DO NOTHING
      RETURNING number`;
    const row = inserted[0];
    if (!row) throw await locked(tx, service, environment);
    await holdMembers(tx, id, environment, [own, ...members]);
    const opened = await tx.rollback.findUniqueOrThrow({ where: { id } });
    requireMayAsk(await approvalRulesOf(tx, opened, loaded.environment), role);
    await enqueueRun(tx, "prepare", id, { preparation: 1 });
    return {
      result: { id, number: `RB-${row.number}` },
      events: [
        {
          type: "rollback.requested",
          subject: { kind: "rollback", id },
          also: incident ? [{ kind: "incident", id: incident }] : [],
          data: {
            number: `RB-${row.number}`,
            service,
            environment,
            from: own.from,
            to: input.to,
            scope,
            members,
            procedure: procedure.id,
            reason: input.reason,
            emergency: input.emergency ?? null,
          },
        },
      ],
    };
  },
});

async function openIncident(
  tx: Tx,
  idOrNumber: string,
  service: string,
  environment: string,
): Promise<string> {
  const number = /^INC-(\d{1,9})$/.exec(idOrNumber)?.[1];
  const incident = await tx.incident.findFirst({
    where: number === undefined ? { id: idOrNumber } : { number: Number(number) },
  });
  const message = !incident
    ? "There is no incident with this id."
    : incident.serviceId !== service || incident.environment !== environment
      ? "That incident is about another service or environment."
      : incident.state === "reviewed"
        ? "That incident is already closed."
        : null;
  if (message || !incident) {
    throw new Refusal("INVALID", `incident: ${message ?? ""}`, {
      errors: [{ path: "incident", message: message ?? "" }],
    });
  }
  return incident.id;
}

/** The one asked for, else the first that covers the scope. */
function chooseProcedure(
  procedures: readonly Procedure[],
  asked: string | undefined,
  scope: readonly Component[],
): Procedure {
  const chosen =
    asked === undefined
      ? (coveringProcedure(procedures, scope) ?? procedures[0])
      : procedures.find((procedure) => procedure.id === asked);
  if (chosen) return chosen;
  const message = "The playbook has no such procedure.";
  throw new Refusal("INVALID", `procedure: ${message}`, { errors: [{ path: "procedure", message }] });
}
