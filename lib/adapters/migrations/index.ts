import { defineAdapter, defineOperation } from "#lib/adapters/contract.ts";
import { downgradeCommand, lookCommand, readCommand } from "#lib/adapters/migrations/command.ts";
import { shown } from "#lib/adapters/migrations/flavour.ts";
import type { Observed } from "#lib/adapters/migrations/plan.ts";
import { At, Downgrade, Place, Settings } from "#lib/adapters/migrations/schema.ts";

const plans = () => import("#lib/adapters/migrations/plan.ts");
const checks = () => import("#lib/adapters/migrations/checks.ts");
const look = { mutating: false, reversibility: "reversible" } as const;

export const migrations = defineAdapter<Settings>({
  id: "migrations",
  title: "Database migrations",
  description:
    "A schema under Alembic, Prisma Migrate or Entity Framework on PostgreSQL. It goes down to the revision that the deployment recorded, by its full id, after every migration in between was read.",
  components: ["database"],
  lookSeconds: 60,
  settings: Settings,
  secrets: { password: "Of the database role" },
  proof: {
    kind: "real",
    against:
      "Alembic 1.8.1 with psycopg2 on PostgreSQL 15; Prisma's table and down files on PostgreSQL 15; Entity Framework by its command line alone (contract-tested)",
  },
  example: {
    component: "database",
    settings: {
      host: "db.internal",
      database: "agents",
      user: "migrator",
      workingFolder: "/srv/agents/current",
      python: "/srv/agents/current/.venv/bin/python",
      urlScheme: "postgresql+psycopg2",
    },
    secrets: { password: "file:/var/lib/lastgood/secrets.d/agents-db" },
  },
  identify: async (ctx) => {
    const { postgresIdentity } = await import("#lib/adapters/postgres-connection.ts");
    return postgresIdentity(ctx, ctx.settings);
  },
  inspect: async (ctx) => (await import("#lib/adapters/migrations/inspect.ts")).inspect(ctx),
  operations: [
    defineOperation<Settings, Place, null>({
      ...look,
      id: "current",
      title: "See at which revision the database is",
      phase: "validation",
      limitSeconds: 60,
      desired: Place,
      plan: async (ctx, request) => (await plans()).planCurrent(ctx, request),
      command: (settings, _desired, secrets) => lookCommand(settings, secrets),
      executor: async () => (await checks()).currentExecutor,
    }),
    defineOperation<Settings, Downgrade, null>({
      ...look,
      id: "check-reversible",
      title: "Read every migration that would be undone",
      phase: "validation",
      limitSeconds: 120,
      desired: Downgrade,
      plan: async (ctx, request) => {
        const planned = await (
          await plans()
        ).planDowngrade(ctx, request, (undo) =>
          undo.length === 1
            ? "See that the migration can be undone"
            : `See that ${undo.length} migrations can be undone`,
        );
        return planned === null ? null : { title: planned.title, desired: planned.desired, observed: null };
      },
      command: readCommand,
      executor: async () => (await checks()).reversibleExecutor,
    }),
    defineOperation<Settings, Downgrade, Observed>({
      id: "downgrade-to",
      title: "Downgrade the schema to a revision",
      phase: "execution",
      mutating: true,
      reversibility: "irreversible",
      limitSeconds: 1800,
      desired: Downgrade,
      plan: async (ctx, request) =>
        (await plans()).planDowngrade(
          ctx,
          request,
          (undo, to) =>
            `Downgrade the schema to ${shown(to)}, undoing ${undo.map(({ revision }) => revision).join(", ")}`,
        ),
      command: downgradeCommand,
      executor: async () => (await import("#lib/adapters/migrations/executor.ts")).downgradeExecutor,
    }),
    defineOperation<Settings, At, null>({
      ...look,
      id: "verify",
      title: "Verify the revision of the database",
      phase: "verification",
      limitSeconds: 60,
      desired: At,
      plan: async (ctx, request) => (await plans()).planVerify(ctx, request),
      command: (settings, _desired, secrets) => lookCommand(settings, secrets),
      executor: async () => (await checks()).atExecutor,
    }),
  ],
});
