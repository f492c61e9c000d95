import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
export const python = "/usr/bin/python3";

export type Revision = {
  id: string;
  after: string[];
  /** Lines of Python, each in its function's body; undefined: the function is left out. */
  up: string[];
  down: string[] | undefined;
};

export type AlembicProject = {
  folder: string;
  write: (revision: Revision) => Promise<void>;
  remove: (id: string) => Promise<void>;
  /** `alembic <args>` as a deployment runs it. */
  alembic: (url: string, ...args: string[]) => Promise<string>;
  /** A hash over every file; differs when anything was written. */
  print: () => Promise<string>;
  close: () => Promise<void>;
};

const environment = (options: string) => `import os
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None${options})
    with context.begin_transaction():
        context.run_migrations()
`;

/** An Alembic project as \`alembic init\` would lay it out, with these migrations. */
export async function alembicProject(revisions: readonly Revision[], options = ""): Promise<AlembicProject> {
  const folder = await mkdtemp(path.join(tmpdir(), "lastgood-alembic-"));
  const versions = path.join(folder, "migrations", "versions");
  await mkdir(versions, { recursive: true });
  await writeFile(path.join(folder, "alembic.ini"), "[alembic]\nscript_location = migrations\n");
  await writeFile(path.join(folder, "migrations", "env.py"), environment(options));
  const write = (revision: Revision) => writeFile(path.join(versions, `${revision.id}.py`), source(revision));
  for (const revision of revisions) await write(revision);
  return {
    folder,
    write,
    remove: (id) => rm(path.join(versions, `${id}.py`)),
    alembic: async (url, ...args) => {
      const env = { ...process.env, DATABASE_URL: url };
      return (await run(python, ["-B", "-m", "alembic", ...args], { cwd: folder, env })).stdout;
    },
    print: async () => {
      const hash = createHash("sha256");
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        hash.update(entry.name);
        if (entry.isFile()) hash.update(await readFile(path.join(entry.parentPath, entry.name)));
      }
      return hash.digest("hex");
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function source({ id, after, up, down }: Revision): string {
  const body = (lines: readonly string[]): string => lines.map((line) => `    ${line}\n`).join("");
  const tuple = after.length === 0 ? "None" : `(${after.map((one) => `"${one}",`).join(" ")})`;
  return [
    `"""${id}\n\nRevision ID: ${id}\nCreate Date: 2026-11-20 10:00:00.000000\n\n"""`,
    `from alembic import op\nimport sqlalchemy as sa\n\nrevision = "${id}"\ndown_revision = ${tuple}\n`,
    `def upgrade():\n${body(up)}`,
    ...(down === undefined ? [] : [`def downgrade():\n${body(down)}`]),
  ].join("\n");
}

/** A table; a column that old code ignores; an index. Each downgrade counts itself in the table `undone`. */
export const orders: Revision[] = [
  {
    id: "a1_orders",
    after: [],
    up: [
      'op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))',
      'op.create_table("undone", sa.Column("revision", sa.String(64)))',
    ],
    down: ['op.drop_table("undone")', 'op.drop_table("orders")'],
  },
  {
    id: "b2_discount",
    after: ["a1_orders"],
    up: ['op.add_column("orders", sa.Column("discount", sa.Integer))'],
    down: [
      'op.drop_column("orders", "discount")',
      "op.execute(\"INSERT INTO undone VALUES ('b2_discount')\")",
    ],
  },
  {
    id: "c3_index",
    after: ["b2_discount"],
    up: ['op.create_index("orders_discount", "orders", ["discount"])'],
    down: ['op.drop_index("orders_discount")', "op.execute(\"INSERT INTO undone VALUES ('c3_index')\")"],
  },
];
