import { command } from "#lib/commands/command.ts";
import { checkFacts } from "#lib/domain/fact.ts";
import { decide } from "#lib/domain/decision.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { DeclareIncident } from "#lib/domain/incident.ts";
import { newId } from "#lib/platform/id.ts";
import { currentPlaybook } from "#lib/queries/playbook/current.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

export const declareIncident = command({
  name: "incident.declare",
  input: DeclareIncident,
  async load(tx, input) {
    const found = await loadPlace(tx, input.service, input.environment);
    return { place: found.place, loaded: found };
  },
  async run({ tx, actor, input, loaded, now }) {
    const detectedAt = input.detectedAt ? new Date(input.detectedAt) : now;
    if (detectedAt > now) {
      const message = "An incident cannot be detected in the future.";
      throw new Refusal("INVALID", `detectedAt: ${message}`, { errors: [{ path: "detectedAt", message }] });
    }
    const playbook = await currentPlaybook(tx, loaded.service.playbookId);
    const facts = input.facts ?? {};
    checkFacts(playbook.document.facts, facts);
    const decision = decide(playbook.document, facts, { now, detectedAt, environment: loaded.environment });
    const severity = input.severity ?? decision.severity;
    const id = newId("inc");
    const incident = await tx.incident.create({
      data: {
        id,
        title: input.title,
        serviceId: input.service,
        environment: input.environment,
        severity,
        state: "detected",
        facts,
        playbookId: playbook.id,
        playbookVersion: playbook.version,
        declaredById: actor.id,
        commanderId: actor.kind === "user" ? actor.id : null,
        detectedAt,
        decideBy: decision.deadline ? new Date(decision.deadline) : null,
      },
    });
    return {
      result: { id, number: `INC-${incident.number}`, state: "detected", severity },
      events: [
        {
          type: "incident.declared",
          subject: { kind: "incident", id },
          data: {
            number: `INC-${incident.number}`,
            title: input.title,
            service: input.service,
            environment: input.environment,
            severity,
            facts,
            detectedAt: detectedAt.toISOString(),
          },
        },
      ],
    };
  },
});
