import { z } from "zod";
import type { Settings } from "#lib/adapters/caddy/schema.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { under } from "#lib/adapters/http-address.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import type { Member, PoolClient } from "#lib/adapters/traffic-pool.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";

type Context = AdapterContext<Settings>;

const Upstreams = z.array(z.looseObject({ dial: z.string() })).nullable();

export const caddyClient: PoolClient<Settings> = {
  read: async (ctx) => {
    const { upstreams } = await readUpstreams(ctx);
    const { backends } = ctx.settings;
    const unnamed = upstreams.find(({ dial }) => !Object.values(backends).includes(dial));
    if (unnamed !== undefined)
      throw new Fault(
        "permanent",
        "UNKNOWN_BACKEND",
        `Caddy sends traffic to ${unnamed.dial}, which backends does not name.`,
        "Name every backend in the settings, so that approvers see who loses traffic.",
      );
    const members = Object.entries(backends).map(([name, address]): Member => ({
      name,
      address,
      serves: upstreams.some(({ dial }) => dial === address),
      isUp: null,
      // Caddy does not count what is under way at an upstream that has left its configuration.
      connections: null,
    }));
    return { members, pending: null, stable: { upstreams: upstreams.map(({ dial }) => dial) } };
  },

  route: async (ctx, { serving }) => {
    const { upstreams, etag } = await readUpstreams(ctx);
    const wanted = serving.map(
      ({ address }) => upstreams.find(({ dial }) => dial === address) ?? { dial: address },
    );
    ctx.log(`PATCH ${ctx.settings.upstreams}: ${wanted.map(({ dial }) => dial).join(", ")}.`);
    const answer = await ask(ctx, "PATCH", ctx.settings.upstreams, {
      headers: { "if-match": etag, "content-type": "application/json" },
      body: JSON.stringify(wanted),
    }).catch((error: unknown): never => {
      if (!(error instanceof Fault) || error.kind !== "unknown") throw error;
      // The request names the state that is wanted and the one it replaces, so it cannot do harm twice.
      throw new Fault(
        "transient",
        error.code,
        error.message,
        "Caddy is looked at, and told again if need be.",
      );
    });
    if (answer.status === 412)
      throw new Fault(
        "transient",
        "CONFIGURATION_CHANGED",
        "Somebody else has changed the configuration of Caddy in the same moment; nothing was changed by this.",
        "It is looked at again; what is no longer as the plan has it stops the step.",
      );
    if (answer.status < 200 || answer.status >= 300) throw refused(ctx, "PATCH", answer);
  },
};

async function readUpstreams(ctx: Context): Promise<{ upstreams: { dial: string }[]; etag: string }> {
  const answer = await ask(ctx, "GET", ctx.settings.upstreams);
  if (answer.status !== 200) throw refused(ctx, "GET", answer);
  const parsed = Upstreams.safeParse(parseJson(answer.body));
  const etag = answer.headers["etag"];
  if (parsed.success && parsed.data !== null && etag !== undefined) return { upstreams: parsed.data, etag };
  throw new Fault(
    "permanent",
    "NO_UPSTREAMS",
    `${ctx.settings.upstreams} holds no list of upstreams${etag === undefined ? " with an Etag" : ""}: ${excerpt(ctx.redact(answer.body), 120)}`,
    "Set upstreams to the path of the reverse proxy's list; Caddy 2.5 or later is needed.",
  );
}

function ask(
  ctx: Context,
  method: "GET" | "PATCH",
  path: string,
  more: { headers?: Record<string, string>; body?: string } = {},
): Promise<HttpAnswer> {
  const { admin, timeoutMs } = ctx.settings;
  return ctx.http({ method, url: under(admin, path), ...more, timeoutMs, signal: ctx.signal });
}

function refused(ctx: Context, method: string, { status, body }: HttpAnswer): Fault {
  const isForbidden = status === 401 || status === 403;
  return new Fault(
    status >= 500 && method === "GET" ? "transient" : "permanent",
    isForbidden ? "NOT_PERMITTED" : "CADDY_REFUSES",
    `${method} ${ctx.settings.upstreams} answered ${status}: ${excerpt(ctx.redact(body))}`,
    isForbidden
      ? "Add the host of this address to admin.origins of Caddy, or correct admin in the settings."
      : "Check the path in the settings; Caddy keeps its running configuration when it refuses another.",
  );
}
