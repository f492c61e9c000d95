import { decode } from "next-auth/jwt";
import { config } from "#lib/platform/config.ts";
import { sessionSecret } from "#lib/platform/secrets-file.ts";
import { headerOf, type HeaderSource } from "#lib/web/session-headers.ts";

/** A person signs in anew after this long, however active they are. */
export const sessionSeconds = 7 * 24 * 3600;

export type SessionCookie = {
  name: string;
  options: { httpOnly: true; sameSite: "lax"; path: "/"; secure: boolean };
};

/** The one cookie that a signed-in browser carries. Bound to the host and to TLS where people come over https. */
export function sessionCookie(): SessionCookie {
  const secure = config().url.startsWith("https://");
  return {
    name: secure ? "__Host-lastgood-session" : "lastgood-session",
    options: { httpOnly: true, sameSite: "lax", path: "/", secure },
  };
}

/** What encrypts the cookie. */
export function cookieSecret(): string {
  return sessionSecret(config());
}

/** The opaque session secret inside the cookie, or null when there is no cookie or it was not made here. */
export async function readSessionSecret(headers: HeaderSource): Promise<string | null> {
  const token = cookieOf(headerOf(headers, "cookie") ?? "", sessionCookie().name);
  if (token === null) return null;
  try {
    const content = await decode({ token, secret: cookieSecret() });
    return typeof content?.sid === "string" ? content.sid : null;
  } catch {
    // Expired, forged, or encrypted under an earlier secret: the same as no cookie.
    return null;
  }
}

function cookieOf(header: string, name: string): string | null {
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
