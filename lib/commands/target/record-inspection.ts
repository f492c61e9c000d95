import { z } from "zod";
import { command } from "#lib/commands/command.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { Identity, isSameSystem, isWell, Seen } from "#lib/domain/inspection.ts";
import { endRun, fence } from "#lib/engine/ownership.ts";

/**
 * Stores what a look at a target showed. The first identity stays: another system that answers at the same address later
 * is shown as a fault, and is never touched.
 */
export const recordInspection = command({
  name: "target.record-inspection",
  input: z.strictObject({
    id: z.string(),
    run: z.strictObject({ id: z.string(), generation: z.number().int() }),
    seen: Seen,
  }),
  async load(tx, input) {
    await fence(tx, input.run);
    const inspection = await tx.inspection.findUnique({
      where: { id: input.id },
      include: { target: { include: { environment: true } } },
    });
    if (!inspection) throw new Refusal("NOT_FOUND", "This target is not registered any more.");
    return { place: null, loaded: inspection };
  },
  async run({ tx, input, loaded, now }) {
    const { target, component, adapter } = loaded;
    const known = target?.identity == null ? null : Identity.parse(target.identity);
    const seen = isSameSystem(known, input.seen.identity) ? input.seen : another(input.seen, known);
    await tx.inspection.update({ where: { id: loaded.id }, data: { result: seen, endedAt: now } });
    if (target) {
      await tx.target.update({
        where: { id: target.id },
        data: {
          seen,
          seenAt: now,
          ...(known === null && seen.identity !== null ? { identity: seen.identity } : {}),
        },
      });
    }
    await endRun(tx, input.run);
    const data = {
      component,
      adapter,
      isWell: isWell(seen),
      identity: seen.identity,
      fault: seen.fault?.code ?? null,
      ...(target ? { environment: target.environment.name } : {}),
    };
    const subject = target
      ? ({ kind: "service", id: target.environment.serviceId } as const)
      : ({ kind: "target", id: loaded.id } as const);
    return { result: null, events: [{ type: "target.inspected", subject, data }] };
  },
});

function another(seen: Seen, known: Identity | null): Seen {
  const [here, before] = [seen.identity?.id ?? "", known?.id ?? ""];
  return {
    ...seen,
    fault: {
      code: "WRONG_SYSTEM",
      message: `Another system answers here: ${here}, where it was ${before}.`,
      advice: "Look where the address leads. If the system was replaced on purpose, save the targets anew.",
    },
  };
}
