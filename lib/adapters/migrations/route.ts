import { downgradeAlembic, legText, readAlembic } from "#lib/adapters/migrations/alembic.ts";
import type { Context } from "#lib/adapters/migrations/database.ts";
import { downgradeEntityFramework, readEntityFramework } from "#lib/adapters/migrations/entity-framework.ts";
import { shown } from "#lib/adapters/migrations/flavour.ts";
import { headsOf, routeDown } from "#lib/adapters/migrations/graph.ts";
import type { Graph, Migration, NoRoute, Route } from "#lib/adapters/migrations/graph.ts";
import { downgradePrisma, readPrisma } from "#lib/adapters/migrations/prisma.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Every migration of the project. Throws Fault `permanent`. */
export function readGraph(ctx: Context): Promise<Graph> {
  switch (ctx.settings.flavour) {
    case "alembic":
      return readAlembic(ctx);
    case "prisma":
      return readPrisma(ctx);
    case "entity-framework":
      return readEntityFramework(ctx);
  }
}

/** Goes down the route with the project's own tool. Throws Fault; the caller looks where the database is then. */
export function goDown(ctx: Context, route: Route, to: readonly string[]): Promise<void> {
  switch (ctx.settings.flavour) {
    case "alembic":
      return downgradeAlembic(ctx, route.legs);
    case "prisma":
      return downgradePrisma(ctx, route.undo);
    case "entity-framework":
      return downgradeEntityFramework(ctx, to[0] ?? "0");
  }
}

/** The way down, every migration of which can be undone. Throws Fault `permanent` that names what is in the way. */
export function requireRoute(
  ctx: Context,
  graph: Graph,
  current: readonly string[],
  to: readonly string[],
): Route {
  const route = routeDown(graph, current, to);
  if ("why" in route) throw noRoute(ctx, graph, route, current, to);
  for (const migration of route.undo) refuseIrreversible(ctx, migration);
  return route;
}

/** Throws Fault `permanent` IRREVERSIBLE with file and line. */
function refuseIrreversible({ settings }: Context, { revision, undoing }: Migration): void {
  const { can, file, line, isTransactional } = undoing;
  const place = `${file}:${line}`;
  const advice =
    "Restore the backup of the deployment instead, or leave the schema and roll forward. Write no downgrade in the middle of an incident.";
  const irreversible = (why: string): Fault =>
    new Fault("permanent", "IRREVERSIBLE", `The migration ${revision} cannot be undone: ${why}`, advice);
  switch (can) {
    case "missing":
      throw irreversible(
        `${settings.flavour === "prisma" ? `${file} is not there` : `${file} has no downgrade`}.`,
      );
    case "empty":
      throw irreversible(`its downgrade at ${place} is empty, although the migration itself does something.`);
    case "raises":
      throw irreversible(`its downgrade raises an error at ${place}.`);
    case "yes":
    case "nothing":
      break;
  }
  if (!isTransactional && settings.flavour === "prisma")
    throw new Fault(
      "permanent",
      "NOT_TRANSACTIONAL",
      `${file} cannot be run as one transaction: it ends one itself, or holds a statement that refuses to be in one.`,
      "Run it by hand, or write it without such statements.",
    );
}

function noRoute(
  { settings }: Context,
  graph: Graph,
  { why, revision }: NoRoute,
  current: readonly string[],
  to: readonly string[],
): Fault {
  const folder = settings.workingFolder;
  const fault = (code: string, message: string, advice: string): Fault =>
    new Fault("permanent", code, message, advice);
  switch (why) {
    case "unknown_current":
      return fault(
        "MIGRATION_FILES_MISSING",
        `The database is at ${revision}, and no migration in ${folder} has that revision.`,
        "Its way back is in the code of the version that was deployed last, and that folder holds other code; perhaps the code was rolled back already. Put that version's code there, or name a folder that has it. Stamp nothing.",
      );
    case "unknown_wanted":
      return fault(
        "UNKNOWN_REVISION",
        `No migration in ${folder} has the revision ${revision} that the deployment record names.`,
        `Correct the record: a full id is needed. The newest here: ${shown(headsOf(graph).slice(0, 5))}.`,
      );
    case "newer":
      return fault(
        "NEWER_THAN_DATABASE",
        `${revision} is newer than ${shown(current)}, where the database is. A rollback never migrates forward.`,
        "Leave the database out of the scope, or find out who migrated it back.",
      );
    case "elsewhere":
      return fault(
        "NOT_AN_ANCESTOR",
        `${revision} is on another branch: ${shown(current)}, where the database is, does not follow from it.`,
        "Find out how the database came there. Only a restore of the backup leads to that revision.",
      );
    case "redundant":
      return fault(
        "INVALID_REVISION",
        `The deployment record names ${shown(to)}, and one of them follows from ${revision}.`,
        "Record the heads alone.",
      );
    case "branch_stays":
      return fault(
        "BRANCH_STAYS",
        `Going down to ${shown(to)} would leave the branch of ${revision}, which has nothing in common with it.`,
        "If the version had that branch too, report its deployment with every head, separated by commas. Otherwise take the branch back by hand.",
      );
  }
}

/** The absolute downgrades of a route as the tool is told them, for people. */
export function legTexts(route: Route): string[] {
  return route.legs.map(legText);
}
