import type { Evidence, FoundVersion, Inspection, ToolFound } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { toolFound } from "#lib/adapters/find-program.ts";
import { refuseForeignAddress } from "#lib/adapters/migrations/alembic.ts";
import { arrivedAt, look, readRevisions } from "#lib/adapters/migrations/database.ts";
import type { Context } from "#lib/adapters/migrations/database.ts";
import { shown } from "#lib/adapters/migrations/flavour.ts";
import { headsOf, newestFirst } from "#lib/adapters/migrations/graph.ts";
import type { Graph } from "#lib/adapters/migrations/graph.ts";
import { readGraph } from "#lib/adapters/migrations/route.ts";
import { Fault } from "#lib/domain/errors.ts";

const mostHistory = 50;

/** What registration shows: the tool, the revision that the database is at, and the migrations that led there. */
export async function inspect(ctx: Context): Promise<Inspection> {
  const tools = await toolsOf(ctx);
  const server = await look(ctx, async (client) => {
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    return rows[0]?.server_version ?? "";
  });
  const reached = evidence("Database", true, `PostgreSQL ${server} answers.`);
  const revisions = await attempt(() => readRevisions(ctx), "Revision of the database");
  if ("title" in revisions) return { tools, evidence: [reached, revisions], current: null, history: [] };
  const at = evidence("Revision of the database", true, `It is at ${shown(revisions.value)}.`);
  const current: FoundVersion = {
    version: shown(revisions.value),
    deployedAt: await arrivedAt(ctx),
    artifacts: { migrationHead: revisions.value.join(",") || "base" },
    detail: "current",
  };
  const graph = await attempt(() => readGraph(ctx), "Migrations");
  if ("title" in graph) return { tools, evidence: [reached, at, graph], current, history: [current] };
  const seen = [reached, at, ...filesEvidence(graph.value, revisions.value), ...(await addressEvidence(ctx))];
  const known = revisions.value.filter((one) => graph.value.has(one));
  return { tools, evidence: seen, current, history: [current, ...historyOf(graph.value, known)] };
}

function filesEvidence(graph: Graph, revisions: readonly string[]): Evidence[] {
  const heads = headsOf(graph);
  const missing = revisions.filter((one) => !graph.has(one));
  return [
    evidence(
      "Migrations",
      missing.length === 0,
      missing.length === 0
        ? `${graph.size} are in the working folder, the one that the database is at among them.`
        : `${graph.size} are in the working folder, and none is ${shown(missing)}: it holds other code than the database was migrated with.`,
    ),
    evidence(
      "Heads",
      heads.length < 2,
      heads.length < 2
        ? `${shown(heads)}.`
        : `${heads.length}: ${shown(heads)}. Deployments must be reported with every one, separated by commas.`,
    ),
  ];
}

async function addressEvidence(ctx: Context): Promise<Evidence[]> {
  if (ctx.settings.flavour !== "alembic") return [];
  const found = await attempt(() => refuseForeignAddress(ctx), "Address");
  if ("title" in found) return [found];
  return [evidence("Address", true, `The project connects where ${ctx.settings.urlVariable} says.`)];
}

function historyOf(graph: Graph, revisions: readonly string[]): FoundVersion[] {
  const found = new Set<string>();
  const waiting = [...revisions];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    const migration = graph.get(one);
    waiting.push(...(migration ? [...migration.after, ...migration.needs] : []));
  }
  return newestFirst(graph, [...found])
    .filter(({ revision }) => revisions.length !== 1 || revision !== revisions[0])
    .slice(0, mostHistory - 1)
    .map(({ revision, undoing }) => ({
      version: revision,
      deployedAt: null,
      artifacts: { migrationHead: revision },
      detail: undoing.file,
    }));
}

async function toolsOf({ settings, signal }: Context): Promise<ToolFound[]> {
  switch (settings.flavour) {
    case "alembic":
      return [
        {
          ...(await toolFound("python3", settings.python, ["-m", "alembic", "--version"], signal)),
          name: "alembic",
        },
      ];
    case "entity-framework":
      return [
        { ...(await toolFound("dotnet", settings.dotnet, ["ef", "--version"], signal)), name: "dotnet ef" },
      ];
    case "prisma":
      return [];
  }
}

/** What was found, or the evidence that it could not be. */
async function attempt<T>(work: () => Promise<T>, title: string): Promise<{ value: T } | Evidence> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return evidence(title, false, `${error.message} ${error.advice}`);
  }
}
