import { z } from "zod";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { gatewayFault } from "#lib/adapters/etcd/gateway-fault.ts";
import type { Settings } from "#lib/adapters/etcd/schema.ts";
import { under } from "#lib/adapters/http-address.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";
import type { JsonObject } from "#lib/domain/json.ts";

type Context = AdapterContext<Settings>;

/** Whole numbers stand as text in the gateway's JSON, and what is 0 is left out. */
export const Int = z
  .union([z.string().regex(/^\d{1,16}$/), z.number().int().nonnegative()])
  .transform(Number)
  .default(0);
export const Header = z.object({ cluster_id: z.string(), revision: Int });

export type Etcd = {
  ctx: Context;
  /** Changes nothing; a lost answer is no uncertainty. `maxBytes`: an answer that is longer gives null. */
  look: <T>(path: string, body: JsonObject, schema: z.ZodType<T>, maxBytes?: number) => Promise<T | null>;
  /** May have been done when Fault `unknown` is thrown. */
  change: <T>(path: string, body: JsonObject, schema: z.ZodType<T>) => Promise<T>;
};

const ErrorBody = z.object({ error: z.string().optional(), message: z.string().optional() });

/** The v3 JSON gateway, signed in when first used. Throws Fault. */
export function openEtcd(ctx: Context): Etcd {
  let signedIn: Promise<string | null> | null = null;

  async function post(
    path: string,
    body: JsonObject,
    isLook: boolean,
    maxBytes?: number,
  ): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
      signedIn ??= signIn(ctx);
      const token = await signedIn;
      const answer = await send(ctx, path, body, token, { isLook, maxBytes });
      // Tokens end after some minutes, and with a change of the users; nothing was done without one.
      if (answer.status !== 401 || token === null || attempt > 1) return answer;
      signedIn = null;
    }
  }

  return {
    ctx,
    look: async (path, body, schema, maxBytes) => {
      const answer = await post(path, body, true, maxBytes);
      return answer.truncated ? null : parsed(ctx, path, answer, schema, true);
    },
    change: async (path, body, schema) => parsed(ctx, path, await post(path, body, false), schema, false),
  };
}

/** Null: the cluster asks for no user. */
async function signIn(ctx: Context): Promise<string | null> {
  const { username } = ctx.settings;
  if (username === undefined) return null;
  const path = "/v3/auth/authenticate";
  const answer = await send(ctx, path, { name: username, password: ctx.secrets["password"] ?? "" }, null, {
    isLook: true,
  });
  if (answer.status === 412 || said(answer).includes("authentication is not enabled")) return null;
  const { token } = parsed(ctx, path, answer, z.object({ token: z.string().min(1) }), true);
  ctx.keepSecret(token);
  return token;
}

async function send(
  ctx: Context,
  path: string,
  body: JsonObject,
  token: string | null,
  { isLook, maxBytes }: { isLook: boolean; maxBytes?: number | undefined },
): Promise<HttpAnswer> {
  try {
    return await ctx.http({
      method: "POST",
      url: under(ctx.settings.url, path),
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        ...(token !== null && { authorization: token }),
      },
      body: JSON.stringify(body),
      timeoutMs: ctx.settings.timeoutMs,
      ...(maxBytes !== undefined && { maxBytes }),
      signal: ctx.signal,
    });
  } catch (error) {
    if (!isLook || !(error instanceof Fault) || error.kind !== "unknown") throw error;
    throw new Fault("transient", error.code, error.message, "It only looks; it is asked again.");
  }
}

function parsed<T>(ctx: Context, path: string, answer: HttpAnswer, schema: z.ZodType<T>, isLook: boolean): T {
  if (answer.status < 200 || answer.status >= 300)
    throw gatewayFault({ path, status: answer.status, said: ctx.redact(said(answer)), isLook });
  const result = schema.safeParse(parseJson(answer.body));
  if (result.success) return result.data;
  throw new Fault(
    isLook ? "permanent" : "unknown",
    "UNEXPECTED_ANSWER",
    `${path} answered ${answer.status}, but not as etcd does.`,
    "Check the address in the settings: another system may answer there. etcd 3.4 and newer are known.",
  );
}

function said(answer: HttpAnswer): string {
  const { data } = ErrorBody.safeParse(parseJson(answer.body));
  return data?.error ?? data?.message ?? answer.body;
}
