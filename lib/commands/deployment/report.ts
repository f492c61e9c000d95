import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { ReportDeployment, ServiceId } from "#lib/domain/service.ts";
import { newId } from "#lib/platform/id.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

export const reportDeployment = command({
  name: "deployment.report",
  input: ReportDeployment.extend({ service: ServiceId }).strict(),
  async load(tx, input) {
    const found = await loadPlace(tx, input.service, input.environment);
    return { place: found.place, loaded: found };
  },
  async run({ tx, actor, input, now }) {
    const { service: serviceId, environment, version } = input;
    const pin = await tx.pin.findFirst({ where: { serviceId, environment, version, releasedAt: null } });
    if (pin) {
      throw new Refusal("PINNED", `Version ${version} is quarantined in ${environment}: ${pin.reason}`, {
        extra: { pin: pin.id },
      });
    }
    const deployedAt = input.deployedAt ? new Date(input.deployedAt) : now;
    if (deployedAt.getTime() > now.getTime() + 300_000) {
      const message = "A deployment cannot lie in the future.";
      throw new Refusal("INVALID", `deployedAt: ${message}`, { errors: [{ path: "deployedAt", message }] });
    }
    const id = newId("dep");
    const by = actor.kind === "user" ? actor.name : actor.id;
    await tx.deployment.create({
      data: {
        id,
        serviceId,
        environment,
        version,
        deployedAt,
        deployedBy: by,
        strategy: input.strategy ?? null,
        knownGood: input.knownGood ?? null,
        knownGoodReason: reportedAs(input.knownGood),
        commit: input.commit ?? null,
        imageDigest: input.imageDigest ?? null,
        configurationRevision: input.configurationRevision ?? null,
        migrationHead: input.migrationHead ?? null,
        backup: input.backup ?? null,
        notes: input.notes ?? null,
      },
    });
    return {
      result: { id },
      events: [
        {
          type: "deployment.reported",
          subject: { kind: "service", id: serviceId },
          data: { deployment: id, environment, version, knownGood: input.knownGood ?? null },
        },
      ],
    };
  },
});

function reportedAs(knownGood: boolean | undefined): string | null {
  if (knownGood === undefined) return null;
  return knownGood ? "Reported as known good" : "Reported as not good";
}
