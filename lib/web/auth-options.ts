import type { AuthOptions } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import CredentialsProvider from "next-auth/providers/credentials";
import { Refusal } from "#lib/domain/errors.ts";
import { clock } from "#lib/platform/clock.ts";
import { config } from "#lib/platform/config.ts";
import { createLog } from "#lib/platform/log.ts";
import { findSession } from "#lib/queries/session/find-session.ts";
import { clientAddress } from "#lib/web/client-address.ts";
import { cookieSecret, sessionCookie, sessionSeconds } from "#lib/web/session-cookie.ts";
import { headerOf, type HeaderSource } from "#lib/web/session-headers.ts";
import { safeReturnPath } from "#lib/web/sign-in.ts";

declare module "next-auth" {
  // Declaration merging needs an interface.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface User {
    sessionSecret?: string;
  }
}

type Visitor = { address: string | null; userAgent: string | null };
type SignedIn = { userId: string; secret: string };

/** The writes that signing in needs; given from above, because this floor only reads. */
export type SignInCommands = {
  signIn: (credentials: unknown, visitor: Visitor) => Promise<SignedIn>;
  signInWithIdentity: (claims: unknown, visitor: Visitor) => Promise<SignedIn>;
  signOut: (secret: string) => Promise<void>;
};

/**
 * next-auth for one request. Its cookie holds nothing but the secret of a session that stands in the database; who
 * that is, and whether it still counts, is asked there each time.
 */
export function authOptions(headers: HeaderSource, commands: SignInCommands): AuthOptions {
  const { url } = config();
  process.env.NEXTAUTH_URL = url;
  const visitor = { address: clientAddress(headers), userAgent: headerOf(headers, "user-agent") };
  return {
    secret: cookieSecret(),
    session: { strategy: "jwt", maxAge: sessionSeconds },
    useSecureCookies: url.startsWith("https://"),
    cookies: { sessionToken: sessionCookie() },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    providers: [passwordProvider(commands, visitor), ...identityProvider()],
    callbacks: {
      signIn: async ({ user, account, profile }) => {
        if (account?.provider !== "oidc") return true;
        try {
          user.sessionSecret = (
            await commands.signInWithIdentity(identityOf(account.id_token, profile), visitor)
          ).secret;
          return true;
        } catch (error) {
          return `/sign-in?error=${codeOf(error, "IDENTITY_REFUSED")}`;
        }
      },
      redirect: ({ url: wanted, baseUrl }) => {
        const target = URL.parse(wanted, baseUrl);
        const isHere = target !== null && target.origin === baseUrl;
        return isHere ? `${baseUrl}${safeReturnPath(target.pathname + target.search)}` : baseUrl;
      },
      jwt: ({ token, user }) => ({ sid: sessionSecretOf(user) ?? token.sid }),
      session: async ({ session, token }) => {
        const actor = typeof token.sid === "string" ? await findSession(token.sid, clock.now()) : null;
        const user = actor ? { id: actor.id, name: actor.name, email: actor.email } : undefined;
        return { expires: session.expires, ...(user ? { user } : {}) };
      },
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token.sid === "string") await commands.signOut(token.sid);
      },
    },
    logger: authLogger(),
  };
}

function passwordProvider(commands: SignInCommands, visitor: Visitor) {
  return CredentialsProvider({
    name: "E-mail and password",
    credentials: {
      email: { label: "E-mail", type: "email" },
      password: { label: "Password", type: "password" },
    },
    authorize: async (credentials) => {
      try {
        const { userId, secret } = await commands.signIn(credentials, visitor);
        return { id: userId, sessionSecret: secret };
      } catch (error) {
        throw new Error(codeOf(error, null), { cause: error });
      }
    },
  });
}

function identityProvider(): OAuthConfig<Record<string, unknown>>[] {
  const { oidc } = config();
  if (oidc === undefined) return [];
  return [
    {
      id: "oidc",
      name: oidc.title,
      type: "oauth",
      wellKnown: `${oidc.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      clientId: oidc.clientId,
      clientSecret: oidc.clientSecret,
      authorization: { params: { scope: "openid email profile" } },
      checks: ["pkce", "state", "nonce"],
      idToken: true,
      httpOptions: { timeout: 10_000 },
      userinfo: {
        // Many providers tell the e-mail address only there, and not in the ID token.
        request: async ({ client, tokens }) => {
          const hasEndpoint = client.issuer.metadata.userinfo_endpoint !== undefined;
          return hasEndpoint && tokens.access_token ? client.userinfo(tokens.access_token) : {};
        },
      },
      profile: () => ({ id: "oidc" }),
    },
  ];
}

/** The claims of the ID token, which next-auth has verified, and what the provider told beside it about the same subject. */
function identityOf(idToken: string | undefined, beside: unknown): Record<string, unknown> {
  const payload: unknown = JSON.parse(Buffer.from(idToken?.split(".")[1] ?? "", "base64url").toString());
  const claims = asRecord(payload);
  const more = asRecord(beside);
  return more.sub === claims.sub ? { ...more, ...claims } : claims;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function sessionSecretOf(user: unknown): unknown {
  return asRecord(user).sessionSecret;
}

/** What the sign-in page is told; anything unexpected is logged here and stays here. */
function codeOf(error: unknown, insteadOfForbidden: string | null): string {
  if (!(error instanceof Refusal)) {
    createLog("sign-in").error({ err: error }, "signing in broke");
    return "BROKEN";
  }
  if (insteadOfForbidden !== null && error.code !== "AUDIT_UNAVAILABLE") return insteadOfForbidden;
  const seconds = error.extra.retryAfterSeconds;
  return error.code === "THROTTLED" && typeof seconds === "number" ? `THROTTLED-${seconds}` : error.code;
}

function authLogger(): NonNullable<AuthOptions["logger"]> {
  const log = createLog("sign-in");
  return {
    error: (code, metadata) => log.error({ err: metadata, code }, "next-auth reports an error"),
    warn: (code) => log.warn({ code }, "next-auth warns"),
    debug: () => undefined,
  };
}
