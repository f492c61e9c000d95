import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { restCall } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

/**
 * The answer of Microsoft Entra ID to a client-credentials request, as its documentation publishes it
 * (learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 */
const Token = z.object({ access_token: z.string().min(1), expires_in: z.number() });

export type ClientCredentials = {
  loginUrl: string;
  tenantId: string;
  clientId: string;
  /** Such as https://management.azure.com/.default */
  scope: string;
  timeoutMs: number;
};

/**
 * Gets an access token for the application whose secret the target has as `clientSecret`. Throws Fault:
 * NOT_AUTHENTICATED when the secret is wrong or has expired.
 */
export async function clientToken(
  ctx: Pick<AdapterContext<unknown>, "http" | "signal" | "redact" | "keepSecret" | "log" | "secrets">,
  { loginUrl, tenantId, clientId, scope, timeoutMs }: ClientCredentials,
): Promise<{ token: string; expiresAt: number }> {
  const answer = await restCall(ctx, {
    method: "POST",
    url: under(loginUrl, `/${tenantId}/oauth2/v2.0/token`),
    headers: {},
    form: {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: ctx.secrets["clientSecret"] ?? "",
      scope,
    },
    timeoutMs,
    isLook: true,
    also: [400, 401],
    secret: "clientSecret",
  });
  const token = Token.safeParse(parseJson(answer.body));
  if (answer.status === 200 && token.success) {
    ctx.keepSecret(token.data.access_token);
    return { token: token.data.access_token, expiresAt: Date.now() + token.data.expires_in * 1000 };
  }
  if (answer.status === 200)
    throw new Fault(
      "permanent",
      "UNEXPECTED_ANSWER",
      "The sign-in service answered with something else than a token.",
      "Check loginUrl in the settings: another system may answer there.",
    );
  throw new Fault(
    "permanent",
    "NOT_AUTHENTICATED",
    `The sign-in service answered ${answer.status}: ${excerpt(ctx.redact(answer.body))}`,
    "Check tenantId and clientId in the settings, and that the secret `clientSecret` has not expired.",
  );
}
