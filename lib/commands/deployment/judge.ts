import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { loadPlace } from "#lib/queries/service/load-place.ts";

/** Says whether a deployed version is known good, and why. */
export const judgeDeployment = command({
  name: "deployment.judge",
  input: z.strictObject({
    deployment: z.string().max(64),
    knownGood: z.boolean(),
    reason: z.string().trim().min(1).max(2000),
  }),
  async load(tx, input) {
    const deployment = await tx.deployment.findUnique({ where: { id: input.deployment } });
    if (!deployment) throw new Refusal("NOT_FOUND", "There is no deployment with this id.");
    const found = await loadPlace(tx, deployment.serviceId, deployment.environment);
    return { place: found.place, loaded: deployment };
  },
  async run({ tx, input, loaded }) {
    await tx.deployment.update({
      where: { id: loaded.id },
      data: { knownGood: input.knownGood, knownGoodReason: input.reason },
    });
    return {
      result: { id: loaded.id, knownGood: input.knownGood },
      events: [
        {
          type: "deployment.judged",
          subject: { kind: "service", id: loaded.serviceId },
          data: {
            deployment: loaded.id,
            environment: loaded.environment,
            version: loaded.version,
            knownGood: input.knownGood,
            reason: input.reason,
          },
        },
      ],
    };
  },
});
