import { z } from "zod";
import type { Route } from "#e2e/contract/contract-server.ts";

export const tokenPath = "POST /:tenant/oauth2/v2.0/token";
export const clientId = "66666666-7777-4888-9999-aaaaaaaaaaaa";
export const tenantId = "11111111-2222-4333-8444-555555555555";

/**
 * The client-credentials request of Microsoft Entra ID, as documented under
 * learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
 */
export function entraRoute(secret: string, scope: RegExp, token: string): Route {
  return {
    on: tokenPath,
    isOpen: true,
    isForm: true,
    body: z.strictObject({
      grant_type: z.literal("client_credentials"),
      client_id: z.guid(),
      client_secret: z.string(),
      scope: z.string().regex(scope),
    }),
    answers: {
      200: z.strictObject({
        token_type: z.literal("Bearer"),
        expires_in: z.number(),
        ext_expires_in: z.number(),
        access_token: z.string(),
      }),
      401: z.looseObject({ error: z.string(), error_description: z.string() }),
    },
    handle: ({ body }) =>
      (body as { client_secret: string }).client_secret === secret
        ? {
            status: 200,
            body: { token_type: "Bearer", expires_in: 3599, ext_expires_in: 3599, access_token: token },
          }
        : {
            status: 401,
            body: {
              error: "invalid_client",
              error_description: "AADSTS7000215: Invalid client secret provided.",
            },
          },
  };
}
