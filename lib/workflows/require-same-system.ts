import { Fault } from "#lib/domain/errors.ts";
import { isSameSystem, type Identity } from "#lib/domain/inspection.ts";

/** The same address may lead to another system than it did. Throws Fault `permanent` WRONG_SYSTEM. */
export function requireSameSystem(known: Identity | null, here: Identity | null): void {
  if (known !== null && here === null)
    throw wrongSystem(`What answers here does not tell which ${known.kind} it is; it was ${known.id}.`);
  if (!isSameSystem(known, here))
    throw wrongSystem(
      `Another system answers here: ${here?.kind ?? ""} ${here?.id ?? ""}, where it was ${known?.id ?? ""}.`,
    );
}

function wrongSystem(message: string): Fault {
  return new Fault(
    "permanent",
    "WRONG_SYSTEM",
    `${message} Nothing was touched.`,
    "Look where the target's address leads. If the system was replaced on purpose, save the service's targets anew.",
  );
}
