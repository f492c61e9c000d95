import { EnvironmentInput } from "#lib/domain/service.ts";
import type { Seen } from "#lib/domain/inspection.ts";

/** The `host:port` that a look was refused because nobody has allowed it, as the advice names it; null for any other trouble. */
export function placeToAllow(fault: Seen["fault"]): string | null {
  if (fault?.code !== "ADDRESS_REFUSED") return null;
  const place = /\badds (\S+) to\b/.exec(fault.advice)?.[1];
  return EnvironmentInput.shape.allow.safeParse([place]).success ? (place ?? null) : null;
}
