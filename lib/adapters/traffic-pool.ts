import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { atJsonPath, parseJson } from "#lib/adapters/json-path.ts";
import type { Route, TrafficSettings } from "#lib/adapters/traffic-settings.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { HttpAnswer } from "#lib/domain/guarded-http.ts";
import type { Json } from "#lib/domain/json.ts";

export type Member = {
  name: string;
  /** host:port that the balancer itself dials. */
  address: string;
  /** Whether new requests are sent to it, as the balancer is set, whatever its health. */
  serves: boolean;
  /** Whether the balancer finds it healthy; null: it does not say. */
  isUp: boolean | null;
  /** What it still answers; null: the balancer does not count. */
  connections: number | null;
};

export type Pool = {
  members: Member[];
  /** A change that is made and has not come into effect yet, as a sentence; null: none. */
  pending: string | null;
  /** What may not drift, besides who serves. */
  stable: Json;
};

/** How one kind of load balancer is read and told. Both throw Fault. */
export type PoolClient<Settings> = {
  read: (ctx: AdapterContext<Settings>) => Promise<Pool>;
  /** The hash of the file that would say so, where a file does. */
  revision?: (ctx: AdapterContext<Settings>, route: Omit<Route, "revision">) => Promise<string>;
  /** Makes it so; safe to repeat. The wanted backends get traffic before the others lose it. */
  route: (ctx: AdapterContext<Settings>, route: Route, pool: Pool) => Promise<void>;
};

type Context = AdapterContext<TrafficSettings>;

/** The version that an address tells. Throws Fault: `transient` while it does not answer. */
export async function versionAt(ctx: Context, url: string): Promise<string> {
  const answer = await ctx.http({
    method: "GET",
    url,
    headers: { accept: "application/json, text/plain;q=0.9, */*;q=0.5", "cache-control": "no-cache" },
    timeoutMs: ctx.settings.timeoutMs,
    signal: ctx.signal,
  });
  const version = versionIn(ctx.settings.versionField, answer);
  if (answer.status >= 200 && answer.status < 300 && version !== null) return version;
  const isFine = answer.status >= 200 && answer.status < 300;
  throw new Fault(
    isFine ? "permanent" : "transient",
    isFine ? "NO_VERSION" : "BACKEND_FAILS",
    `${url} answered ${answer.status}${isFine ? ` without a version at ${ctx.settings.versionField}` : ""}: ${excerpt(ctx.redact(answer.body), 120)}`,
    isFine
      ? "Set versionField to where the version stands."
      : "Look whether the service behind it runs and is healthy.",
  );
}

function versionIn(field: string, { headers, body }: HttpAnswer): string | null {
  const found = field.startsWith("header:")
    ? headers[field.slice("header:".length).toLowerCase()]
    : field === ""
      ? body
      : atJsonPath(parseJson(body), field);
  return typeof found === "string" && found.trim() !== "" ? found.trim().slice(0, 200) : null;
}

/** What one backend holds: as it says itself where it can be asked, as it is declared otherwise. Throws Fault. */
export async function versionOf(ctx: Context, { name, address }: Pick<Member, "name" | "address">) {
  const { probePath, probeScheme, versions } = ctx.settings;
  return probePath === undefined
    ? (versions[name] ?? null)
    : versionAt(ctx, `${probeScheme}://${address}${probePath}`);
}

export type Held = { member: Member; version: string | null; trouble: string | null };

/** What every backend holds. One that cannot be asked holds nothing that anybody knows of. */
export async function heldBy(ctx: Context, pool: Pool): Promise<Held[]> {
  return Promise.all(
    pool.members.map(async (member) => {
      try {
        return { member, version: await versionOf(ctx, member), trouble: null };
      } catch (error) {
        if (!(error instanceof Fault) || error.code === "ADDRESS_REFUSED") throw error;
        return { member, version: null, trouble: error.message };
      }
    }),
  );
}

/** Who shall serve and who not, for a version. Throws Fault `permanent` NOT_IN_POOL when no backend holds it. */
export async function routeTo(ctx: Context, pool: Pool, version: string): Promise<Omit<Route, "revision">> {
  const held = await heldBy(ctx, pool);
  const place = ({ member: { name, address } }: Held) => ({ name, address });
  const serving = held.filter((one) => one.version === version).map(place);
  const idle = held.filter((one) => one.version !== version).map(place);
  if (serving.length > 0) return { version, serving, idle };
  const found = held.map(
    ({ member, trouble, version: it }) => `${member.name}: ${trouble ?? it ?? "not known"}`,
  );
  throw new Fault(
    "permanent",
    "NOT_IN_POOL",
    `No backend holds ${version}. ${found.join("; ")}.`,
    `A switch reaches only what runs behind the load balancer. Deploy ${version} to a backend of it first, or choose the version that is there.`,
  );
}

/** Such as “blue, green”. */
export const namesOf = (places: readonly { name: string }[]): string =>
  places.map(({ name }) => name).join(", ");
