import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { adapterContext } from "#e2e/contract/adapter-context.ts";
import { planRequest } from "#e2e/contract/contract-case.ts";
import type { ContractCase } from "#e2e/contract/contract-case.ts";
import { contractSuite } from "#e2e/contract/contract-suite.ts";
import { runStep } from "#e2e/contract/run-step.ts";
import { startDatabaseServer } from "#e2e/targets/own-database.ts";
import type { DatabaseServer } from "#e2e/targets/own-database.ts";
import { plansOf } from "#lib/adapters/contract.ts";
import type { AdapterContext, Planned } from "#lib/adapters/contract.ts";
import { migrations } from "#lib/adapters/migrations/index.ts";
import type { Downgrade } from "#lib/adapters/migrations/schema.ts";
import { Settings } from "#lib/adapters/migrations/schema.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { JsonObject } from "#lib/domain/json.ts";

let server: DatabaseServer;
beforeAll(async () => {
  server = await startDatabaseServer();
});
afterAll(() => server.stop());

const [first, second, third] = ["20261101000000_orders", "20261110000000_discount", "20261112000000_index"];

describe("Prisma's migrations", () => {
  contractSuite("migrations", { make: () => prismaCase() }, "prisma");

  it.each([
    ["no down file", null, "IRREVERSIBLE"],
    ["a down file of comments alone", "-- nothing\n/* at all */\n", "IRREVERSIBLE"],
    ["a down file that ends its transaction", "DROP INDEX orders_discount; COMMIT;", "NOT_TRANSACTIONAL"],
    [
      "a down file that refuses a transaction",
      "DROP INDEX CONCURRENTLY orders_discount;",
      "NOT_TRANSACTIONAL",
    ],
  ])("with %s are refused before anything is touched", async (_what, down, code) => {
    const one = await prismaCase({ down });
    onTestFinished(() => one.stop());
    expect(await refusal(one)).toMatchObject({ kind: "permanent", code });
  });

  it("that fail half-way leave what was whole, and say where the database is now", async () => {
    const one = await prismaCase({ undoColumn: "ALTER TABLE orders DROP COLUMN discount; SELECT 1/0;" });
    onTestFinished(() => one.stop());
    const [planned] = await plan(one);
    expect(planned?.dataLossFrom).toBe("2026-11-10T00:00:00.000Z");
    const { fault } = await step(one, planned);
    expect(fault).toMatchObject({ kind: "permanent", code: "DOWNGRADE_INCOMPLETE" });
    expect(fault?.message).toContain(`The database is now at ${second}`);
  });

  it("of which one never finished are named, and left alone", async () => {
    const one = await prismaCase();
    onTestFinished(() => one.stop());
    await server.query(
      one.database,
      "UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1",
      [third],
    );
    expect(await refusal(one)).toMatchObject({ kind: "permanent", code: "MIGRATION_UNFINISHED" });
  });
});

describe("Entity Framework's migrations", () => {
  contractSuite("migrations", { make: () => entityFrameworkCase() }, "entity-framework");

  it.each([
    ["an empty Down", "", /20261110000000_Discount\.cs:\d+ is empty/],
    [
      "a Down that throws",
      "throw new NotSupportedException();",
      /raises an error at Migrations\/20261110000000_Discount\.cs:\d+/,
    ],
  ])("with %s are refused, with file and line", async (_what, down, message) => {
    const one = await entityFrameworkCase(down);
    onTestFinished(() => one.stop());
    const fault = await refusal(one);
    expect(fault).toMatchObject({ kind: "permanent", code: "IRREVERSIBLE" });
    expect(fault.message).toMatch(message);
  });

  it("say which columns their Down drops", async () => {
    const one = await entityFrameworkCase();
    onTestFinished(() => one.stop());
    const [planned] = await plan(one);
    expect(planned?.notReverted?.[0]?.what).toContain("drops the column discount, orders");
  });
});

type Case = ContractCase & { database: string };

async function place(
  table: string,
): Promise<{ database: string; folder: string; settings: JsonObject; request: ContractCase["request"] }> {
  const database = `c_${randomBytes(6).toString("hex")}`;
  await server.create(database);
  await server.query(
    database,
    `${table}; CREATE TABLE orders (id int, discount int); CREATE INDEX orders_discount ON orders (discount); CREATE TABLE undone (revision text)`,
  );
  const folder = await mkdtemp(path.join(tmpdir(), "lastgood-project-"));
  const settings = {
    host: server.host,
    port: server.port,
    database,
    user: server.user,
    workingFolder: folder,
  };
  return { database, folder, settings, request: { ...planRequest(), component: "database" } };
}

const heads = (request: ContractCase["request"], from: string, to: string): ContractCase["request"] => ({
  ...request,
  from: {
    version: "2.4.0",
    artifacts: { ...request.to.artifacts, configurationRevision: null, migrationHead: from },
  },
  to: {
    version: "2.3.0",
    artifacts: { ...request.to.artifacts, configurationRevision: null, migrationHead: to },
  },
});

function caseOf(
  flavour: string,
  made: Awaited<ReturnType<typeof place>>,
  table: string,
  more: JsonObject = {},
): Omit<Case, "request"> {
  const { database, folder } = made;
  const settings = { ...made.settings, flavour, ...more };
  const undone = async (): Promise<string[]> =>
    (await server.query(database, "SELECT revision FROM undone ORDER BY 1")).map((row) =>
      String(row["revision"]),
    );
  return {
    adapter: "migrations",
    database,
    settings,
    secrets: { password: server.password },
    allow: [`${server.host}:${server.port}`],
    fingerprint: async () => ({
      undone: await undone(),
      history: JSON.stringify(await server.query(database, `SELECT * FROM ${table} ORDER BY 1`)),
      files: await Promise.all(
        (await readdir(folder, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => readFile(path.join(entry.parentPath, entry.name), "utf8")),
      ),
    }),
    effects: async () => {
      const names = await undone();
      return Math.max(0, ...names.map((name) => names.filter((other) => other === name).length));
    },
    wrongSettings: [
      { ...settings, migrations: "../elsewhere" },
      { ...settings, downFile: "down.sh" },
    ],
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function prismaCase(change: { down?: string | null; undoColumn?: string } = {}): Promise<Case> {
  const made = await place(
    "CREATE TABLE _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz DEFAULT now(), applied_steps_count int DEFAULT 1)",
  );
  const downs: Record<string, string | null> = {
    [first]: "DROP TABLE orders;",
    [second]:
      change.undoColumn ??
      `ALTER TABLE orders DROP COLUMN discount;\nINSERT INTO undone VALUES ('${second}');`,
    [third]:
      change.down === undefined
        ? `DROP INDEX orders_discount; INSERT INTO undone VALUES ('${third}');`
        : change.down,
  };
  for (const [name, down] of Object.entries(downs)) {
    const folder = path.join(made.folder, "prisma/migrations", name);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "migration.sql"), "SELECT 1;");
    if (down !== null) await writeFile(path.join(folder, "down.sql"), down);
    await server.query(
      made.database,
      "INSERT INTO _prisma_migrations (id, finished_at, migration_name) VALUES ($1, now(), $1)",
      [name],
    );
  }
  return {
    ...caseOf("prisma", made, "_prisma_migrations"),
    request: heads(made.request, third, first),
  };
}

/** dotnet is not here: a stand-in does in the database what the tool is documented to do, and refuses other calls. */
const dotnet = `#!${process.execPath}
import { createRequire } from "node:module";
const pg = createRequire(${JSON.stringify(import.meta.filename)})("pg");
const [, , ...words] = process.argv;
if (words.join(" ") === "ef --version") { console.log("Entity Framework Core .NET Command-line Tools\\n9.0.1"); process.exit(0); }
const [ef, database, update, to, flag] = words;
if (ef !== "ef" || database !== "database" || update !== "update" || flag !== "--no-build") process.exit(64);
const read = (name) => new RegExp("(?:^|;)" + name + '=(?:"((?:[^"]|"")*)"|([^;]*))').exec(process.env.DATABASE_URL);
const of = (name) => { const found = read(name); return found[1]?.replaceAll('""', '"') ?? found[2]; };
const client = new pg.Client({ host: of("Host"), port: Number(of("Port")), database: of("Database"), user: of("Username"), password: of("Password") });
await client.connect();
await client.query("BEGIN");
const gone = await client.query('DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" > $1 RETURNING "MigrationId"', [to]);
for (const row of gone.rows) await client.query("INSERT INTO undone VALUES ($1)", [row.MigrationId]);
await client.query("COMMIT");
await client.end();
console.log("Done.");
`;

async function entityFrameworkCase(
  down = 'migrationBuilder.DropColumn(name: "discount", table: "orders");',
): Promise<Case> {
  const made = await place(
    'CREATE TABLE "__EFMigrationsHistory" ("MigrationId" text PRIMARY KEY, "ProductVersion" text)',
  );
  const names = ["20261101000000_Orders", "20261110000000_Discount"];
  await mkdir(path.join(made.folder, "Migrations"));
  for (const name of names) {
    await writeFile(
      path.join(made.folder, "Migrations", `${name}.cs`),
      `public partial class X : Migration\n{\n    protected override void Up(MigrationBuilder migrationBuilder)\n    {\n        migrationBuilder.Sql("SELECT 1");\n    }\n\n    // Down {\n    protected override void Down(MigrationBuilder migrationBuilder)\n    {\n        ${down}\n    }\n}\n`,
    );
    await writeFile(path.join(made.folder, "Migrations", `${name}.Designer.cs`), "// made by the tool");
    await server.query(made.database, 'INSERT INTO "__EFMigrationsHistory" VALUES ($1, $2)', [name, "9.0.1"]);
  }
  const program = path.join(made.folder, "dotnet.mjs");
  await writeFile(program, dotnet);
  await chmod(program, 0o755);
  const [to = "", from = ""] = names;
  return {
    ...caseOf("entity-framework", made, '"__EFMigrationsHistory"', { dotnet: program }),
    request: heads(made.request, from, to),
  };
}

async function plan(one: Case): Promise<Planned<Downgrade, unknown>[]> {
  const operation = migrations.operations.find(({ id }) => id === "downgrade-to");
  const { ctx } = adapterContext({ ...one, settings: Settings.parse(one.settings) });
  const answer = await operation?.plan(ctx as AdapterContext<Settings>, one.request);
  return [...plansOf<Downgrade, unknown>((answer ?? null) as Planned<Downgrade, unknown> | null)];
}

async function refusal(one: Case): Promise<Fault> {
  const found = await plan(one).catch((error: unknown) => error);
  if (found instanceof Fault) return found;
  throw new Error("It was planned.", { cause: found });
}

const step = (one: Case, planned: Planned<Downgrade, unknown> | undefined) =>
  runStep({ ...one, operation: "downgrade-to", desired: planned?.desired });
