import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import { postgresFields } from "#lib/adapters/postgres-connection.ts";

const Variable = z
  .string()
  .regex(
    /^(?!(?:LD_|DYLD_|PG|BASH_FUNC_|GLIBC_|GCONV_)|(?:BASH_ENV|ENV|IFS|SHELLOPTS|NODE_OPTIONS|PYTHONSTARTUP)$)[A-Za-z_][A-Za-z0-9_]{0,127}$/,
    "Write a variable's name; those that make programs load other code or connect elsewhere are not set here.",
  );

const InsideFolder = z
  .string()
  .max(500)
  .regex(
    /^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\x00-\x1f\x7f\\]+$/,
    "Write a path inside the working folder, without . or .. in it.",
  );

const TableName = z
  .string()
  .max(127)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?$/, "Write table or schema.table.");

export const Settings = z.strictObject({
  flavour: z
    .enum(["alembic", "prisma", "entity-framework"])
    .default("alembic")
    .describe("Which tool the migrations are written for"),
  ...postgresFields,
  workingFolder: AbsolutePath.describe(
    "Folder with the code of the version that was deployed last: only it has the way back from its own migrations",
  ),
  table: TableName.optional().describe(
    "Where the tool keeps the revisions; its own default unless given: alembic_version, _prisma_migrations or __EFMigrationsHistory",
  ),
  environment: z
    .record(
      Variable,
      z
        .string()
        .max(4000)
        .regex(/^[^\0]*$/),
    )
    .default({})
    .describe("Variables that the tool gets besides the database's address; no secrets"),
  urlVariable: Variable.default("DATABASE_URL").describe(
    "Alembic, Entity Framework: the variable from which the project takes the database's address, password included",
  ),
  urlScheme: z
    .string()
    .regex(/^postgres(?:ql)?(?:\+[a-z0-9]{1,30})?$/, "Such as postgresql or postgresql+psycopg.")
    .default("postgresql")
    .describe("Alembic: how that address begins"),
  python: AbsolutePath.optional().describe(
    "Alembic: the Python that has it installed, such as a virtual environment's bin/python; python3 on PATH unless given",
  ),
  ini: InsideFolder.default("alembic.ini").describe(
    "Alembic: its configuration file, inside the working folder",
  ),
  migrations: InsideFolder.optional().describe(
    "Prisma, Entity Framework: the folder of the migrations, inside the working folder; prisma/migrations or Migrations unless given",
  ),
  downFile: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.sql$/, "Write a file name that ends in .sql.")
    .default("down.sql")
    .describe("Prisma: the file beside migration.sql that undoes it"),
  dotnet: AbsolutePath.optional().describe(
    "Entity Framework: the program dotnet, with the tool dotnet-ef; found on PATH unless given",
  ),
  timeoutSeconds: z
    .number()
    .min(1)
    .max(7200)
    .default(600)
    .describe("The downgrade is ended after that, and the database looked at"),
  lockSeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(30)
    .describe("A statement that waits longer for a lock gives up; it is tried again within the step's limit"),
});
export type Settings = z.output<typeof Settings>;

/** Full ids, sorted; none: the empty schema, before the first migration. */
const Revisions = z.array(z.string());

const Undo = z.strictObject({
  revision: z.string(),
  file: z.string().describe("Inside the working folder; it undoes the migration"),
  sha256: z.string().describe("Of its content, as it was signed"),
});

export const Downgrade = z.strictObject({
  to: Revisions.describe(
    "The revision that the database has afterwards; several where branches were never merged",
  ),
  from: Revisions.describe("Where the database was seen; it may be there, or on the way from there"),
  by: z.array(z.string()).describe("The downgrades that lead there, each to a revision by its full id"),
  undo: z.array(Undo).describe("The migrations that are undone, newest first"),
});
export type Downgrade = z.output<typeof Downgrade>;

export const Place = z.strictObject({
  expected: Revisions.nullable().describe("What the deployment that runs recorded; null: nothing"),
  to: Revisions.nullable().describe("What the version to return to recorded; null: nothing"),
});
export type Place = z.output<typeof Place>;

export const At = z.strictObject({ to: Revisions.describe("The revision that the database must have") });
export type At = z.output<typeof At>;
