import type { StepFault } from "#lib/commands/step/step-fault.ts";
import { Fault, type FaultKind } from "#lib/domain/errors.ts";
import { shownText } from "#lib/workflows/shown-text.ts";

const longest = 2000;

/** What a call that failed means for its step. Anything but a Fault is a bug of the adapter: nobody knows what it did. */
export function stepFault(error: unknown, kindOfBug: FaultKind, redact: (text: string) => string): StepFault {
  if (error instanceof Fault) {
    const { kind, code, message, advice } = error;
    return {
      kind,
      code,
      message: shownText(message, redact, longest),
      advice: shownText(advice, redact, longest),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: kindOfBug,
    code: "ADAPTER_BROKE",
    message: shownText(message, redact, longest),
    advice: "Look at the target, then retry, or run the command by hand. The worker's log holds the details.",
  };
}
