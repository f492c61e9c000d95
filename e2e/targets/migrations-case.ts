import { randomBytes } from "node:crypto";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import type { StepResult } from "#e2e/contract/run-step.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { alembicProject, orders, python } from "#e2e/targets/alembic-project.ts";
import type { AlembicProject, Revision } from "#e2e/targets/alembic-project.ts";
import type { DatabaseServer } from "#e2e/targets/own-database.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { AdapterContext, Planned, PlanRequest } from "#lib/adapters/contract.ts";
import { migrations } from "#lib/adapters/migrations/index.ts";
import type { Downgrade } from "#lib/adapters/migrations/schema.ts";
import { Settings } from "#lib/adapters/migrations/schema.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";

export type AlembicCase = ContractCase & {
  database: string;
  project: AlembicProject;
  /** The revisions that the database names, by its own table. */
  revisions: () => Promise<string[]>;
};

export function migrationRequest(to: string | null, from: string | null = null): PlanRequest {
  const request = planRequest();
  const none = { ...request.to.artifacts, configurationRevision: null };
  return {
    ...request,
    component: "database",
    from: { version: "2.4.0", artifacts: { ...none, migrationHead: from } },
    to: { version: "2.3.0", artifacts: { ...none, migrationHead: to } },
  };
}

type Options = {
  revisions?: readonly Revision[];
  /** Where the deployment has brought the database. */
  at?: string;
  to?: string;
  environment?: string;
  settings?: JsonObject;
};

/** A database of its own that a deployment has migrated to its heads, with the project that did it. */
export async function alembicCase(server: DatabaseServer, options: Options = {}): Promise<AlembicCase> {
  const database = `m_${randomBytes(6).toString("hex")}`;
  await server.create(database);
  const project = await alembicProject(options.revisions ?? orders, options.environment);
  await project.alembic(server.url(database), "upgrade", options.at ?? "heads");
  const rows = (sql: string) => server.query(database, sql);
  const revisions = async (): Promise<string[]> =>
    (await rows("SELECT version_num FROM alembic_version ORDER BY 1")).map((row) =>
      String(row["version_num"]),
    );
  const settings = {
    host: server.host,
    port: server.port,
    database,
    user: server.user,
    workingFolder: project.folder,
    python,
    ...options.settings,
  };
  return {
    adapter: "migrations",
    database,
    project,
    revisions,
    settings,
    secrets: { password: server.password },
    allow: [`${server.host}:${server.port}`],
    request: migrationRequest(options.to ?? "a1_orders", (await revisions()).join(",")),
    fingerprint: async () => ({
      files: await project.print(),
      revisions: await revisions(),
      undone: (await rows("SELECT revision FROM undone ORDER BY 1")).map((row) => String(row["revision"])),
      columns: (
        await rows(
          "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
        )
      ).map((row) => String(row["name"])),
    }),
    effects: async () => {
      const counts = await rows("SELECT count(*)::int AS count FROM undone GROUP BY revision ORDER BY 1");
      return counts.length === 0 ? 0 : Math.max(...counts.map((row) => Number(row["count"])));
    },
    wrongSettings: [
      {},
      { ...settings, host: "db;rm" },
      { ...settings, port: 0 },
      { ...settings, workingFolder: "here" },
      { ...settings, ini: "../alembic.ini" },
      { ...settings, ini: "/etc/passwd" },
      { ...settings, table: 'x"; DROP TABLE y' },
      { ...settings, environment: { LD_PRELOAD: "/tmp/x.so" } },
      { ...settings, environment: { PGHOST: "elsewhere" } },
      { ...settings, password: "in the clear" },
      { ...settings, flavour: "rails" },
    ],
    stop: async () => {
      await project.close();
    },
  };
}

type Place = Pick<ContractCase, "settings" | "secrets" | "allow" | "request">;

export const context = ({ settings, secrets, allow }: Place): AdapterContext<Settings> =>
  adapterContext({ settings: Settings.parse(settings), secrets, allow }).ctx as AdapterContext<Settings>;

export async function plan(
  one: Place,
  id: string,
  request: PlanRequest = one.request,
): Promise<Planned<Downgrade, unknown>[]> {
  const operation = migrations.operations.find((each) => each.id === id);
  if (operation === undefined) throw new Error("There is no such operation.");
  return [
    ...plansOf<Downgrade, unknown>(
      (await operation.plan(context(one), request)) as Planned<Downgrade, unknown> | null,
    ),
  ];
}

export async function refusal(one: Place, id = "downgrade-to", request = one.request): Promise<Fault> {
  const found = await plan(one, id, request).catch((error: unknown) => error);
  if (found instanceof Fault) return found;
  throw new Error("It was planned.", { cause: found });
}

/** One step, as the engine does it. */
export function step(
  one: Place,
  operation: string,
  planned: Planned<unknown, unknown> | undefined,
): Promise<StepResult> {
  const { settings, secrets, allow } = one as Place & { settings: JsonObject };
  return runStep({ adapter: "migrations", operation, settings, secrets, allow, desired: planned?.desired });
}
