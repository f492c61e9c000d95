import { config } from "#lib/platform/config.ts";

/** What the sign-in page offers besides e-mail and password. */
export function signInChoices(): { singleSignOn: string | null } {
  return { singleSignOn: config().oidc?.title ?? null };
}

/** A path of this installation to go on to; anything else leads home. */
export function safeReturnPath(raw: unknown): string {
  if (typeof raw !== "string" || !/^\/(?![/\\])[\x21-\x7e]*$/.test(raw) || raw.includes("\\")) return "/";
  return raw.startsWith("/sign-in") || raw.startsWith("/api/") ? "/" : raw;
}
