import type { StepFault } from "#lib/commands/step/step-fault.ts";
import { Fault, type FaultKind } from "#lib/domain/errors.ts";

const longest = 2000;

/** What a call that failed means for its step. Anything but a Fault is a bug of the adapter: nobody knows what it did. */
export function stepFault(error: unknown, kindOfBug: FaultKind, redact: (text: string) => string): StepFault {
  if (error instanceof Fault) {
    const { kind, code, message, advice } = error;
    return {
      kind,
      code,
      message: redact(message).slice(0, longest),
      advice: redact(advice).slice(0, longest),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: kindOfBug,
    code: "ADAPTER_BROKE",
    message: redact(message).slice(0, longest),
    advice: "Look at the target, then retry, or run the command by hand. The worker's log holds the details.",
  };
}
