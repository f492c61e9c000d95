import { checkExecutor } from "#lib/adapters/check-executor.ts";
import type { Evidence } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { refuseForeignAddress } from "#lib/adapters/migrations/alembic.ts";
import { readRevisions } from "#lib/adapters/migrations/database.ts";
import { shown } from "#lib/adapters/migrations/flavour.ts";
import { isOnTheWay } from "#lib/adapters/migrations/graph.ts";
import type { Migration } from "#lib/adapters/migrations/graph.ts";
import { isSame, lossesOf } from "#lib/adapters/migrations/plan.ts";
import { readGraph, requireRoute } from "#lib/adapters/migrations/route.ts";
import type { At, Downgrade, Place, Settings } from "#lib/adapters/migrations/schema.ts";

const mostShown = 60;

/** Where the database is, and whether the deployment that runs can have brought it there. */
export const currentExecutor = checkExecutor<Settings, Place>(async (ctx, { expected, to }) => {
  const revisions = await readRevisions(ctx);
  const title = "Revision of the database";
  const here = `It is at ${shown(revisions)}`;
  if (expected === null)
    return [evidence(title, true, `${here}. The deployment that runs recorded none to compare with.`)];
  if (isSame(revisions, expected))
    return [evidence(title, true, `${here}, as the deployment that runs recorded.`)];
  if (to !== null && isSame(revisions, to))
    return [evidence(title, true, `${here}, which is where the version to return to had it.`)];
  const graph = await readGraph(ctx);
  if (to !== null && isOnTheWay(graph, revisions, { from: expected, to }))
    return [
      evidence(
        title,
        true,
        `${here}, between ${shown(to)} and ${shown(expected)}: a migration did not get to its end.`,
      ),
    ];
  return [
    evidence(
      title,
      false,
      `${here}; the deployment that runs recorded ${shown(expected)}. Find out who migrated it before anything is undone.`,
    ),
  ];
});

/** Reads every migration between the database and the wanted revision once more. */
export const reversibleExecutor = checkExecutor<Settings, Downgrade>(async (ctx, desired) => {
  const revisions = await readRevisions(ctx);
  if (isSame(revisions, desired.to))
    return [evidence("Way back", true, `The database is at ${shown(desired.to)} already.`)];
  const route = requireRoute(ctx, await readGraph(ctx), revisions, desired.to);
  const seen = [
    evidence(
      "Way back",
      true,
      `${route.undo.length} to undo between ${shown(revisions)} and ${shown(desired.to)}, which is an ancestor.`,
    ),
    ...route.undo.slice(0, mostShown).map((migration) => undoingEvidence(migration, desired)),
  ];
  if (ctx.settings.flavour === "alembic") {
    await refuseForeignAddress(ctx);
    seen.push(evidence("Address", true, `The project connects where ${ctx.settings.urlVariable} says.`));
  }
  return seen;
});

function undoingEvidence(migration: Migration, desired: Downgrade): Evidence {
  const { revision, undoing } = migration;
  const isSigned = desired.undo.find((one) => one.revision === revision)?.sha256 === undoing.sha256;
  const losses = lossesOf(migration).map(({ what, place }) => `Loses data: it ${what} (${place}).`);
  const words = [
    undoing.can === "nothing"
      ? "It did nothing that had to be undone."
      : `${undoing.file}:${undoing.line} undoes it.`,
    ...losses,
    ...(undoing.isTransactional ? [] : ["It is not one transaction: if it fails half-way, a part is kept."]),
    ...(isSigned ? [] : ["The file is not the one that was signed."]),
  ];
  return evidence(`Migration ${revision}`, isSigned, words.join(" "));
}

export const atExecutor = checkExecutor<Settings, At>(async (ctx, { to }) => {
  const revisions = await readRevisions(ctx);
  return [evidence("Revision of the database", isSame(revisions, to), `It is at ${shown(revisions)}.`)];
});
