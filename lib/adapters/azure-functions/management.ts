import { createWebSiteManagement } from "@azure/arm-appservice/api";
import type {
  WebSiteManagementClientOptionalParams,
  WebSiteManagementContext,
} from "@azure/arm-appservice/api";
import type { Settings } from "#lib/adapters/azure-functions/schema.ts";
import { clientToken } from "#lib/adapters/client-credentials.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { restCall } from "#lib/adapters/rest-call.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Context = AdapterContext<Settings>;

type Transport = NonNullable<WebSiteManagementClientOptionalParams["httpClient"]>;
type Answer = Awaited<ReturnType<Transport["sendRequest"]>>;
type Headers = Answer["headers"];

/** POSTs of the API that only look. */
const looks = /\/config\/appsettings\/list$/;
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * The official client of Azure Resource Manager on the guarded HTTP client: every request, those of paging and of
 * polling included, reaches allowed addresses only, and each status that is not 2xx is a Fault. The client's own
 * retries are off, for a swap that is sent twice swaps back. Which throttled requests are repeated `restCall` decides.
 */
export function management(ctx: Context): WebSiteManagementContext {
  const { settings } = ctx;
  const origin = new URL(settings.managementUrl).origin;
  let signedIn: ReturnType<typeof clientToken> | null = null;
  const token = async (): Promise<string> => {
    signedIn ??= clientToken(ctx, { ...settings, scope: `${origin}/.default` });
    return (await signedIn).token;
  };
  const transport: Transport = {
    sendRequest: async (request) => {
      const url = new URL(request.url);
      if (url.origin !== origin)
        throw new Fault(
          "permanent",
          "ADDRESS_REFUSED",
          `Azure's answer leads to ${url.host}, away from ${new URL(origin).host}.`,
          "The token is not sent there. Check managementUrl in the settings.",
        );
      const method = methods.find((each) => each === request.method);
      if (method === undefined) throw new TypeError(`No method ${request.method} is used.`);
      const body = typeof request.body === "string" ? parseJson(request.body) : undefined;
      const answer = await restCall(ctx, {
        method,
        url: request.url,
        headers: { authorization: `Bearer ${await token()}` },
        ...(body !== undefined && { body }),
        timeoutMs: settings.timeoutMs,
        maxBytes: 8 * 1024 * 1024,
        isLook: looks.test(url.pathname),
        secret: "clientSecret",
        gone: {
          code: "NOT_THERE",
          message: `Azure knows no ${decodeURIComponent(url.pathname.split("/").slice(-2).join("/"))} of ${settings.site}.`,
          advice: "Check subscription, resource group, site and slot in the settings of this target.",
        },
      });
      return {
        request,
        status: answer.status,
        headers: headersOf(answer.headers),
        bodyAsText: answer.body,
      };
    },
  };
  const api = createWebSiteManagement(
    // What signs in is the transport, which also knows which origin the token is for.
    { getToken: async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 60_000 }) },
    settings.subscriptionId,
    {
      endpoint: settings.managementUrl,
      httpClient: transport,
      retryOptions: { maxRetries: 0 },
      allowInsecureConnection: true,
    },
  );
  api.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" });
  return api;
}

function headersOf(given: Record<string, string>): Headers {
  const values = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    get: (name) => values.get(name.toLowerCase()),
    has: (name) => values.has(name.toLowerCase()),
    set: (name, value) => void values.set(name.toLowerCase(), String(value)),
    delete: (name) => void values.delete(name.toLowerCase()),
    toJSON: () => Object.fromEntries(values),
    [Symbol.iterator]: () => values[Symbol.iterator](),
  };
}
