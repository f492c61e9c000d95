import { EnvironmentInput } from "#lib/domain/service.ts";
import type { Seen } from "#lib/domain/inspection.ts";

/**
 * The `host:port` that a look was refused because nobody has allowed it, as the advice names it; null for any other
 * trouble, and where the target itself does not name that host: whoever answers there must not choose what is allowed.
 */
export function placeToAllow(fault: Seen["fault"], target: unknown): string | null {
  if (fault?.code !== "ADDRESS_REFUSED") return null;
  const place = /\badds (\S+) to\b/.exec(fault.advice)?.[1];
  if (place === undefined || !EnvironmentInput.shape.allow.safeParse([place]).success) return null;
  const host = place.slice(0, place.lastIndexOf(":")).toLowerCase();
  return JSON.stringify(target).toLowerCase().includes(host) ? place : null;
}
