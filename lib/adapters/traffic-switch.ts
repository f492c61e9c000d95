import { setTimeout as delay } from "node:timers/promises";
import type { AdapterContext, Executor, Planned, PlanRequest, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { namesOf, routeTo, versionOf } from "#lib/adapters/traffic-pool.ts";
import type { Pool, PoolClient } from "#lib/adapters/traffic-pool.ts";
import type { Route, TrafficSettings } from "#lib/adapters/traffic-settings.ts";
import { Fault } from "#lib/domain/errors.ts";

const lookEveryMs = 100;

/** Who serves, who does not, and why; or null when the pool is as wanted. Pure. */
export function differenceFrom(route: Route, pool: Pool): string | null {
  const wanted = new Set(route.serving.map(({ name }) => name));
  const missing = route.serving.filter(
    ({ name }) => !pool.members.some((member) => member.name === name && member.serves),
  );
  const extra = pool.members.filter(({ name, serves }) => serves && !wanted.has(name));
  const parts = [
    ...(missing.length > 0 ? [`${namesOf(missing)} gets no traffic`] : []),
    ...(extra.length > 0 ? [`${namesOf(extra)} still gets traffic`] : []),
    ...(pool.pending === null ? [] : [pool.pending]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

/** Plans the switch of one balancer to the backends that hold the version. Throws Fault. */
export async function planSwitch<S extends TrafficSettings>(
  client: PoolClient<S>,
  ctx: AdapterContext<S>,
  request: PlanRequest,
): Promise<Planned<Route, Pool>> {
  const pool = await client.read(ctx);
  const route = await routeTo(ctx, pool, request.to.version);
  const desired = { ...route, revision: (await client.revision?.(ctx, route)) ?? null };
  const to = `${namesOf(route.serving)} (${route.version})`;
  const title =
    differenceFrom(desired, pool) === null
      ? `All traffic goes to ${to} already`
      : `Send all traffic to ${to}, none to ${namesOf(route.idle) || "any other"}`;
  return { title, desired, observed: pool };
}

export function switchExecutor<S extends TrafficSettings>(client: PoolClient<S>): Executor<S, Route, Pool> {
  return {
    observe: (ctx) => client.read(ctx),
    stable: ({ members, stable }) => ({
      // Health and connections come and go; they are no drift.
      backends: members.map(({ name, address, serves }) => ({ name, address, serves })),
      balancer: stable,
    }),
    isDone: (desired, pool) => differenceFrom(desired, pool) === null,
    apply: (ctx, desired) => converge(client, ctx, desired),
    verify: async (ctx, desired) => {
      const difference = differenceFrom(desired, await client.read(ctx));
      const detail = difference ?? `All traffic goes to ${namesOf(desired.serving)}.`;
      return [evidence("Where the load balancer sends traffic", difference === null, detail)];
    },
  };
}

async function converge<S extends TrafficSettings>(
  client: PoolClient<S>,
  ctx: AdapterContext<S>,
  desired: Route,
): Promise<Receipt> {
  const before = await client.read(ctx);
  const data = { version: desired.version, serving: desired.serving.map(({ name }) => name) };
  const names = namesOf(desired.serving);
  if (differenceFrom(desired, before) === null)
    return { changed: false, summary: `All traffic goes to ${names} already.`, data };
  refuseOthers(desired, before);
  for (const place of desired.serving) {
    const version = await versionOf(ctx, place);
    if (version !== desired.version)
      throw new Fault(
        "permanent",
        "DRIFT",
        `${place.name} holds ${version ?? "an unknown version"} now, not ${desired.version}.`,
        "Somebody else has changed it. Nothing was sent. Make a new plan from what is there now.",
      );
  }
  if (ctx.signal.aborted)
    throw new Fault("transient", "CANCELLED", "Stopped before the change.", "Nothing was changed.");
  await client.route(ctx, desired, before);
  const difference = await settled(client, ctx, desired);
  if (difference !== null)
    throw new Fault(
      "transient",
      "SWITCH_NOT_SEEN",
      `The load balancer was told, and after ${ctx.settings.readySeconds} s: ${difference}.`,
      "The change names the state that is wanted, so it is told again. See the load balancer's own log.",
    );
  return { changed: true, summary: `All traffic goes to ${names} (${desired.version}).`, data };
}

async function settled<S extends TrafficSettings>(
  client: PoolClient<S>,
  ctx: AdapterContext<S>,
  desired: Route,
): Promise<string | null> {
  const end = performance.now() + ctx.settings.readySeconds * 1000;
  for (;;) {
    const difference = differenceFrom(desired, await client.read(ctx));
    if (difference === null || performance.now() >= end || ctx.signal.aborted) return difference;
    await delay(lookEveryMs, undefined, { signal: ctx.signal }).catch((error: unknown) => {
      if (!ctx.signal.aborted) throw error;
    });
  }
}

/** Nothing is told to a balancer whose backends are not those that approvers have seen. */
function refuseOthers(desired: Route, { members }: Pool): void {
  const signed = [...desired.serving, ...desired.idle];
  const isSame = (one: { name: string; address: string }, other: { name: string; address: string }) =>
    one.name === other.name && one.address === other.address;
  const unknown = members.filter((member) => !signed.some((place) => isSame(place, member)));
  const gone = signed.filter((place) => !members.some((member) => isSame(place, member)));
  if (unknown.length + gone.length === 0) return;
  const list = (places: readonly { name: string; address: string }[]) =>
    places.map(({ name, address }) => `${name} at ${address}`).join(", ");
  throw new Fault(
    "permanent",
    "DRIFT",
    `The backends are not those of the plan: ${[unknown.length > 0 ? `new ${list(unknown)}` : "", gone.length > 0 ? `gone ${list(gone)}` : ""].filter((part) => part !== "").join("; ")}.`,
    "Somebody else has changed them. Nothing was sent. Make a new plan from what is there now.",
  );
}
