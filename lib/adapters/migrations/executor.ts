import { setTimeout as delay } from "node:timers/promises";
import type { Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { countSessions, endSessions, readRevisions, watchLocks } from "#lib/adapters/migrations/database.ts";
import type { Context } from "#lib/adapters/migrations/database.ts";
import { shown } from "#lib/adapters/migrations/flavour.ts";
import { isOnTheWay } from "#lib/adapters/migrations/graph.ts";
import type { Migration, Route } from "#lib/adapters/migrations/graph.ts";
import { isSame } from "#lib/adapters/migrations/plan.ts";
import type { Observed } from "#lib/adapters/migrations/plan.ts";
import { goDown, readGraph, requireRoute } from "#lib/adapters/migrations/route.ts";
import type { Downgrade, Settings } from "#lib/adapters/migrations/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

const settleMs = 30_000;

/** Goes down to revisions by their full ids, from where it was signed or from the way there. */
export const downgradeExecutor: Executor<Settings, Downgrade, Observed> = {
  observe: async (ctx) => ({ revisions: await readRevisions(ctx) }),
  stable: (observed) => observed,
  isDone: (desired, { revisions }) => isSame(revisions, desired.to),
  apply: downgrade,
  verify: async (ctx, desired) => {
    const revisions = await readRevisions(ctx);
    return [
      evidence("Revision of the database", isSame(revisions, desired.to), `It is at ${shown(revisions)}.`),
    ];
  },
};

async function downgrade(ctx: Context, desired: Downgrade): Promise<Receipt> {
  if (ctx.signal.aborted)
    throw new Fault(
      "transient",
      "CANCELLED",
      "Stopped before the downgrade was started.",
      "Nothing was changed.",
    );
  if (ctx.previous === "unknown") await awaitEarlier(ctx);
  const before = await readRevisions(ctx);
  if (isSame(before, desired.to))
    return { changed: false, summary: `The database is at ${shown(desired.to)} already.`, data: {} };
  const graph = await readGraph(ctx);
  const route = requireRoute(ctx, graph, before, desired.to);
  if (!isOnTheWay(graph, before, desired))
    throw new Fault(
      "permanent",
      "DRIFT",
      `The database is at ${shown(before)}; the plan was made from ${shown(desired.from)}.`,
      "Somebody has migrated it. Nothing was done. Make a new plan from what is there now.",
    );
  for (const migration of route.undo) refuseUnsigned(migration, desired);

  const locks = watchLocks(ctx);
  const failure = await goDown(ctx, route, desired.to).then(
    () => null,
    (error: unknown) => {
      if (error instanceof Fault) return error;
      throw error;
    },
  );
  const holder = await locks.stop();
  const after = await whereNow(ctx, failure);
  if (isSame(after, desired.to))
    return {
      changed: true,
      summary: `The database went from ${shown(before)} to ${shown(desired.to)}.`,
      data: { from: before, to: after, undone: route.undo.map(({ revision }) => revision) },
    };
  throw notThere(route, { before, after }, failure, holder);
}

/** The tool of a killed worker may still be at work; it does no more than this step would. */
async function awaitEarlier(ctx: Context): Promise<void> {
  const until = performance.now() + ctx.settings.timeoutSeconds * 1000;
  for (let turn = 0; (await countSessions(ctx)) > 0; turn++) {
    if (turn === 0)
      ctx.log("An earlier attempt of this step is still at work in the database; waiting for it.");
    if (performance.now() > until) return endSessions(ctx);
    await delay(250, undefined, { signal: ctx.signal }).catch(() => {
      throw new Fault(
        "transient",
        "CANCELLED",
        "Stopped while an earlier attempt was waited for.",
        "Look again.",
      );
    });
  }
}

function refuseUnsigned({ revision, undoing }: Migration, desired: Downgrade): void {
  const signed = desired.undo.find((one) => one.revision === revision);
  if (signed?.sha256 === undoing.sha256) return;
  throw new Fault(
    "permanent",
    "FILES_CHANGED",
    `${undoing.file} is not what was signed: the downgrade of ${revision} was changed since.`,
    "Find out who changed it. Make a new plan, so that approvers see what it would do now.",
  );
}

/** Where the database is when nothing of this step is at work in it any more. Throws Fault `unknown` when it cannot be seen. */
async function whereNow(ctx: Context, failure: Fault | null): Promise<string[]> {
  const settling = { ...ctx, signal: AbortSignal.timeout(settleMs) };
  try {
    if (failure !== null) await endSessions(settling);
    return await readRevisions(settling);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      "unknown",
      "REVISION_NOT_SEEN",
      `${failure?.message ?? "The downgrade ended."} The database cannot be asked at which revision it is now: ${error.message}`,
      error.advice,
    );
  }
}

function notThere(
  { undo }: Route,
  { before, after }: { before: string[]; after: string[] },
  failure: Fault | null,
  holder: string | null,
): Fault {
  const kind = failure === null || failure.kind === "permanent" ? "permanent" : "transient";
  const why = failure?.message ?? "The downgrade ended without an error.";
  const held = holder === null ? "" : ` The lock was held by ${holder}.`;
  const advice =
    failure?.advice ?? "See whether the project connects to the database that is named in the settings.";
  const isUnmoved = isSame(before, after);
  const next = isUnmoved ? undo[0] : undo.find(({ revision }) => after.includes(revision));
  const parts =
    next?.undoing.isTransactional === false
      ? ` The downgrade of ${next.revision} does not run as one transaction: a part of it may have been kept.`
      : "";
  if (isUnmoved) {
    const code = failure?.code ?? "NOTHING_UNDONE";
    const rest = parts === "" ? " Nothing was undone." : parts;
    return new Fault(kind, code, `${why}${held} The database is still at ${shown(before)}.${rest}`, advice);
  }
  return new Fault(
    kind,
    "DOWNGRADE_INCOMPLETE",
    `${why}${held} The database is now at ${shown(after)}, between where it was and where it should be.${parts}`,
    `${advice} A retry goes on from there.`,
  );
}
