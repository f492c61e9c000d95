import { Client } from "pg";

const migrations: readonly { id: string; sql: string }[] = [
  { id: "0001_tenant", sql: "create table tenant (id text primary key, name text not null)" },
  {
    id: "0002_tenant_seed",
    sql: `insert into tenant (id, name)
          select case n when 0 then 'demo-tenant' else 'tenant-' || lpad(n::text, 2, '0') end,
                 case n when 0 then 'Demo shop' else 'Shop ' || n end
          from generate_series(0, 49) as n`,
  },
  { id: "0003_tenant_questions", sql: "alter table tenant add column questions bigint not null default 0" },
  {
    // Additive, so 2.3.0 runs on it. Its backfill misses the shops 39 to 49: that is what breaks 2.4.0.
    id: "0004_tenant_segment",
    sql: `alter table tenant add column segment text;
          update tenant set segment = 'standard' where id < 'tenant-39'`,
  },
];

const lock = 7_230_041;

const connect = async (databaseUrl: string): Promise<Client> => {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  client.on("error", (error) => console.error(`database connection lost: ${error.message}`));
  await client.connect();
  return client;
};

const createDatabase = async (databaseUrl: string): Promise<void> => {
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = "/postgres";
  const client = await connect(url.href);
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // Two versions start together; the other one was quicker.
    if (!hasCode(error, "42P04") && !hasCode(error, "23505")) throw error;
  } finally {
    await client.end();
  }
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

const open = async (databaseUrl: string): Promise<Client> => {
  try {
    return await connect(databaseUrl);
  } catch (error) {
    if (!hasCode(error, "3D000")) throw error;
    await createDatabase(databaseUrl);
    return connect(databaseUrl);
  }
};

/** Brings the database up to `head` and no further, creating it when it is missing. Never goes back. */
export const migrateTo = async (databaseUrl: string, head: string): Promise<void> => {
  const last = migrations.findIndex(({ id }) => id === head);
  if (last < 0) throw new Error(`There is no migration ${head}.`);
  const client = await open(databaseUrl);
  try {
    await client.query("select pg_advisory_lock($1)", [lock]);
    await client.query(
      "create table if not exists schema_migration (id text primary key, applied_at timestamptz not null default now())",
    );
    const { rows } = await client.query<{ id: string }>("select id from schema_migration");
    const applied = new Set(rows.map(({ id }) => id));
    for (const { id, sql } of migrations.slice(0, last + 1)) {
      if (applied.has(id)) continue;
      await client.query("begin");
      await client.query(sql);
      await client.query("insert into schema_migration (id) values ($1)", [id]);
      await client.query("commit");
    }
  } finally {
    await client.end();
  }
};
