import type { Actor } from "#lib/domain/actor.ts";

/** How long a confirmation of one's identity counts where nobody says otherwise. */
const usualMinutes = 5;

/** Whether this person confirmed who they are shortly before `now`. Only a browser session can hold a confirmation. */
export function isRecentlyReauthenticated(actor: Actor, now: Date, minutes = usualMinutes): boolean {
  if (actor.kind !== "user" || actor.via.kind !== "session") return false;
  const at = actor.via.reauthenticatedAt;
  return at !== null && at <= now && now.getTime() - at.getTime() < minutes * 60_000;
}
