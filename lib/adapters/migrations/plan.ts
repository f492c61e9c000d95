import type { Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { arrivedAt, readRevisions, requirePrimary } from "#lib/adapters/migrations/database.ts";
import type { Context } from "#lib/adapters/migrations/database.ts";
import { recordedRevisions, shown } from "#lib/adapters/migrations/flavour.ts";
import type { Graph, Migration } from "#lib/adapters/migrations/graph.ts";
import { legTexts, readGraph, requireRoute } from "#lib/adapters/migrations/route.ts";
import type { At, Downgrade, Place } from "#lib/adapters/migrations/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Observed = { revisions: string[] };

/** Whether the procedure goes down by migrations at all, and not by a restore. */
const goesDown = ({ named }: PlanRequest): boolean => named === null || named.includes("downgrade-to");

export function planCurrent({ settings }: Context, { from, to }: PlanRequest): Planned<Place, null> {
  const heads = [from.artifacts?.migrationHead ?? null, to.artifacts.migrationHead];
  const [expected = null, wanted = null] = heads.map((head) =>
    head === null ? null : recordedRevisions(settings, head),
  );
  return {
    title: "See at which revision the database is",
    desired: { expected, to: wanted },
    observed: null,
  };
}

export async function planDowngrade(
  ctx: Context,
  request: PlanRequest,
  title: (undo: readonly Migration[], to: readonly string[]) => string,
): Promise<Planned<Downgrade, Observed> | null> {
  if (!goesDown(request)) return null;
  const to = wantedRevisions(ctx, request);
  const from = await readRevisions(ctx);
  if (isSame(from, to))
    return {
      title: `The database is at ${shown(to)} already`,
      desired: { to, from, by: [], undo: [] },
      observed: { revisions: from },
    };
  await requirePrimary(ctx);
  const route = requireRoute(ctx, await readOnce(ctx), from, to);
  const undo = route.undo.map(({ revision, undoing: { file, sha256 } }) => ({ revision, file, sha256 }));
  const lossFrom = await lossBegins(ctx, route.undo);
  return {
    title: title(route.undo, to),
    desired: { to, from, by: legTexts(route), undo },
    observed: { revisions: from },
    notReverted: route.undo.flatMap((migration) =>
      lossesOf(migration).map((loss) => ({
        what: `What was written there since ${migration.revision}: its downgrade ${loss.what}`,
        why: `${loss.place} throws it away. Only a backup has it afterwards.`,
      })),
    ),
    ...(lossFrom !== null && { dataLossFrom: lossFrom }),
  };
}

const read = new WeakMap<Context, Promise<Graph>>();

/** Two steps of a plan need the migrations, and starting their tool may take most of the time that a plan has. */
function readOnce(ctx: Context): Promise<Graph> {
  const graph = read.get(ctx) ?? readGraph(ctx);
  read.set(ctx, graph);
  return graph;
}

/** Null where the procedure neither goes down nor has a record to compare with. */
export function planVerify(ctx: Context, request: PlanRequest): Planned<At, null> | null {
  if (!goesDown(request) && request.to.artifacts.migrationHead === null) return null;
  const to = wantedRevisions(ctx, request);
  return { title: `Verify that the database is at ${shown(to)}`, desired: { to }, observed: null };
}

export const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((revision, at) => revision === other[at]);

/** What the downgrade of a migration throws away, and where that stands. */
export function lossesOf({ undoing: { file, losses } }: Migration): { what: string; place: string }[] {
  return losses.map(({ line, what }) => ({ what, place: `${file}:${line}` }));
}

function wantedRevisions({ settings }: Context, request: PlanRequest): string[] {
  const head = request.to.artifacts.migrationHead;
  if (head !== null) return recordedRevisions(settings, head);
  throw new Fault(
    "permanent",
    "NO_REVISION",
    `The deployment of ${request.to.version} names no migration head.`,
    "Report the deployment with migrationHead, or leave the database out of the scope.",
  );
}

/** The moment since when data of the dropped things was written, at the earliest; null: nothing is dropped, or no file tells. */
async function lossBegins(ctx: Context, undo: readonly Migration[]): Promise<string | null> {
  const lossy = undo.filter(({ undoing }) => undoing.losses.length > 0);
  if (lossy.length === 0) return null;
  const arrived = undo.length === 1 ? await arrivedAt(ctx) : null;
  return arrived ?? lossy.flatMap(({ writtenAt }) => writtenAt ?? []).toSorted()[0] ?? null;
}
