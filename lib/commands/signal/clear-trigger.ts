import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import { AlreadyKnown } from "#lib/commands/signal/already-known.ts";
import { EnvironmentName, ServiceId } from "#lib/domain/service.ts";
import { openIncidentsAt } from "#lib/queries/incident/open-at.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

/**
 * Records that a trigger fires no longer: what it watches was seen to be well, or the playbook has no such trigger any
 * more. Silence clears nothing. Throws AlreadyKnown when it is recorded.
 */
export const clearTrigger = command({
  name: "signal.clear-trigger",
  input: z.strictObject({
    service: ServiceId,
    environment: EnvironmentName,
    trigger: z.string().min(1).max(64),
    title: z.string().max(300),
    because: z.enum(["clear", "gone"]),
  }),
  async load(tx, input) {
    return { place: null, loaded: await loadPlace(tx, input.service, input.environment) };
  },
  async run({ tx, input, now }): Promise<Outcome<{ firedSeconds: number }>> {
    const { service, environment, trigger, title, because } = input;
    const rows = await tx.$queryRaw<{ since: Date }[]>`
      DELETE FROM trigger_firing WHERE service_id = ${service} AND environment = ${environment}
        AND trigger_id = ${trigger} RETURNING since`;
    const since = rows[0]?.since;
    if (!since) throw new AlreadyKnown();
    const incidents = await openIncidentsAt(tx, service, environment);
    const firedSeconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
    return {
      result: { firedSeconds },
      events: [
        {
          type: "signal.trigger_cleared",
          subject: { kind: "service", id: service },
          also: incidents.map((incident) => ({ kind: "incident", id: incident.id })),
          data: { environment, trigger, title, because, firedSeconds },
        },
      ],
    };
  },
});
