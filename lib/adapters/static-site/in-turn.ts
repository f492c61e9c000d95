import type { AdapterContext } from "#lib/adapters/contract.ts";
import type { Settings } from "#lib/adapters/static-site/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

const together = 6;

/** A few at a time, and all of them before it goes on. Throws the first fault; `transient` CANCELLED between two objects. */
export async function inTurn<T>(
  ctx: Pick<AdapterContext<Settings>, "signal">,
  objects: readonly T[],
  act: (one: T) => Promise<void>,
): Promise<void> {
  const queue = [...objects];
  const run = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      if (ctx.signal.aborted)
        throw new Fault(
          "transient",
          "CANCELLED",
          "Stopped between two objects.",
          "What is in place stays; the rest is done when it goes on.",
        );
      await act(one);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: together }, run));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

/** The same fault, which also says how far it had come. What is no Fault passes. */
export function saysHowFar(error: unknown, done: number, all: number): unknown {
  if (!(error instanceof Fault) || done === 0) return error;
  const { kind, code, message, advice } = error;
  return new Fault(
    kind,
    code,
    `${message} By then ${done} of ${all} objects were in place, pages not before what they refer to.`,
    `${advice} Run the step again, and it does the rest; until then old and new stand side by side.`,
  );
}
