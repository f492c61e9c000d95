import { setTimeout as delay } from "node:timers/promises";
import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { AdapterContext, Evidence, Executor, Inspection, ToolFound } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { heldBy, namesOf, versionAt, versionOf } from "#lib/adapters/traffic-pool.ts";
import type { Pool, PoolClient } from "#lib/adapters/traffic-pool.ts";
import type { Route, Served, TrafficSettings } from "#lib/adapters/traffic-settings.ts";
import { Fault } from "#lib/domain/errors.ts";

const lookEveryMs = 250;

/** The wanted backends hold the version, and the balancer does not find them down. */
export function confirmExecutor<S extends TrafficSettings>(client: PoolClient<S>): Executor<S, Route, null> {
  return checkExecutor<S, Route>(async (ctx, desired) => {
    const pool = await client.read(ctx);
    return Promise.all(
      desired.serving.map(async (place): Promise<Evidence> => {
        const version = await versionOf(ctx, place);
        const member = pool.members.find(({ name }) => name === place.name);
        if (member === undefined)
          return evidence("Backend", false, `The load balancer knows no ${place.name}.`);
        if (member.isUp === false && member.serves)
          throw notYet("BACKEND_DOWN", `The load balancer finds ${place.name} down.`);
        const by = ctx.settings.probePath === undefined ? "is declared to hold" : "says that it holds";
        const detail = `${place.name} at ${place.address} ${by} ${version ?? "nothing"}.`;
        return evidence("Backend", version === desired.version, detail);
      }),
    );
  });
}

/** Waits until the other backends answer nothing any more, or says what they still answer. */
export function drainExecutor<S extends TrafficSettings>(client: PoolClient<S>): Executor<S, Route, null> {
  return checkExecutor<S, Route>(async (ctx, desired) => {
    const { drainSeconds, drainRequired } = ctx.settings;
    const end = performance.now() + drainSeconds * 1000;
    for (;;) {
      const pool = await client.read(ctx);
      const left = leftAt(desired, pool);
      const title = "Connections of the other backends";
      if (left === null) {
        const detail = "The load balancer does not count them: they end by themselves, unseen.";
        return [evidence(title, !drainRequired, detail)];
      }
      if (left.count === 0) return [evidence(title, true, `None is left at ${left.names || "any"}.`)];
      if (ctx.signal.aborted || performance.now() >= end) {
        const detail = `After ${drainSeconds} s ${left.count} are left at ${left.names}; these are answered by the version that was left.`;
        return [evidence(title, !drainRequired, detail)];
      }
      await delay(lookEveryMs, undefined, { signal: ctx.signal }).catch((error: unknown) => {
        if (!ctx.signal.aborted) throw error;
      });
    }
  });
}

function leftAt(desired: Route, { members }: Pool): { count: number; names: string } | null {
  const idle = members.filter(({ name }) => !desired.serving.some((place) => place.name === name));
  const counts = idle.map(({ connections }) => connections);
  if (counts.includes(null)) return null;
  return { count: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0), names: namesOf(idle) };
}

/** N of N: every request through the balancer is answered by the wanted version. Odd ones are named. */
export const servedExecutor = checkExecutor<TrafficSettings, Served>(async (ctx, { version, samples }) => {
  const odd: string[] = [];
  for (let at = 1; at <= samples; at++) {
    const said = await saidThrough(ctx);
    if (said !== version) odd.push(`request ${at}: ${said}`);
  }
  const where = ctx.settings.address;
  if (odd.length > 0)
    throw notYet(
      "OTHER_VERSION",
      `${odd.length} of ${samples} requests through ${where} were not answered by ${version}: ${odd.slice(0, 10).join("; ")}.`,
    );
  return [
    evidence(
      "Who serves",
      true,
      `${samples} of ${samples} requests through ${where} were answered by ${version}.`,
    ),
  ];
});

async function saidThrough(ctx: AdapterContext<TrafficSettings>): Promise<string> {
  try {
    return await versionAt(ctx, ctx.settings.address);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === "ADDRESS_REFUSED" || error.code === "NO_VERSION")
      throw error;
    return error.message;
  }
}

const notYet = (code: string, message: string): Fault =>
  new Fault("transient", code, message, "It is looked at again within the limit of this step.");

/** What registration shows of a balancer: its backends, what each holds, and who serves. Throws Fault. */
export async function inspectTraffic<S extends TrafficSettings>(
  client: PoolClient<S>,
  ctx: AdapterContext<S>,
  tools: ToolFound[] = [],
): Promise<Inspection> {
  const pool = await client.read(ctx);
  const held = await heldBy(ctx, pool);
  const shown = held.map(({ member, version, trouble }) => {
    const state = member.serves ? "gets traffic" : "gets none";
    const health = member.isUp === false ? ", found down" : "";
    const detail = `${member.address} ${state}${health}; ${trouble ?? `holds ${version ?? "an unknown version"}`}.`;
    return evidence(`Backend ${member.name}`, trouble === null && version !== null, detail);
  });
  const serving = [...new Set(held.filter(({ member }) => member.serves).map(({ version }) => version))];
  const [only] = serving;
  const isOne = serving.length === 1 && only !== undefined && only !== null;
  const through = await saidThrough(ctx);
  return {
    tools,
    evidence: [
      ...shown,
      ...(pool.pending === null ? [] : [evidence("Change under way", false, `${pool.pending}.`)]),
      evidence("Through the load balancer", isOne && through === only, `${ctx.settings.address}: ${through}`),
    ],
    current: isOne
      ? {
          version: only,
          deployedAt: null,
          artifacts: {},
          detail: namesOf(held.flatMap((one) => (one.member.serves ? [one.member] : []))),
        }
      : null,
    history: [],
  };
}
