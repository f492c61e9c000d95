import { z } from "zod";
import { command, type Outcome } from "#lib/commands/command.ts";
import { AlreadyKnown } from "#lib/commands/signal/already-known.ts";
import { FactValue, Severity } from "#lib/domain/incident.ts";
import { EnvironmentName, ServiceId } from "#lib/domain/service.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";
import { openIncidentsAt } from "#lib/queries/incident/open-at.ts";
import { onWatch } from "#lib/queries/user/on-watch.ts";

const FireTrigger = z.strictObject({
  service: ServiceId,
  environment: EnvironmentName,
  trigger: z.string().min(1).max(64),
  title: z.string().max(300),
  because: z.string().max(2000),
  severity: Severity,
  urgency: z.string().max(64),
  action: z.enum(["declare", "propose", "roll_back"]),
  playbook: z.strictObject({ id: z.string(), version: z.int() }),
  value: FactValue.nullable(),
  heldSeconds: z.number().nonnegative(),
  inARow: z.int().nonnegative(),
});

/**
 * Records that a trigger of the playbook fires, once for as long as it does, in the service's stream and in those of
 * the incidents that are open there, and tells whoever is on watch. Throws AlreadyKnown when it is recorded.
 */
export const fireTrigger = command({
  name: "signal.fire-trigger",
  input: FireTrigger,
  async load(tx, input) {
    return { place: null, loaded: await loadPlace(tx, input.service, input.environment) };
  },
  async run({ tx, input, loaded, now }): Promise<Outcome<{ since: string }>> {
    const { service, environment, trigger, ...data } = input;
    const inserted = await tx.$executeRaw`
      INSERT INTO trigger_firing (service_id, environment, trigger_id, since) VALUES (${service}, ${environment},
        ${trigger}, ${now}) ON CONFLICT DO NOTHING`;
    if (inserted === 0) throw new AlreadyKnown();
    const incidents = await openIncidentsAt(tx, service, environment);
    const people = await onWatch(tx, loaded.service.system, now);
    await tx.notification.createMany({
      data: people.map((person) => ({
        userId: person.id,
        kind: "trigger",
        text: `${input.severity} ${input.title}: ${loaded.service.name} in ${environment}. ${input.because}`,
        link: incidents[0]
          ? `/incidents/${incidents[0].id}`
          : `/declare?${new URLSearchParams({ service, environment }).toString()}`,
      })),
    });
    return {
      result: { since: now.toISOString() },
      events: [
        {
          type: "signal.trigger_fired",
          subject: { kind: "service", id: service },
          also: incidents.map((incident) => ({ kind: "incident", id: incident.id })),
          data: { environment, trigger, ...data, told: people.map((person) => person.name) },
        },
      ],
    };
  },
});
