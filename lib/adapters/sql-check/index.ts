import { checkOperations } from "#lib/adapters/check-operations.ts";
import { defineAdapter } from "#lib/adapters/contract.ts";
import { shellQuote } from "#lib/adapters/shell-quote.ts";
import { Settings } from "#lib/adapters/sql-check/schema.ts";
import { components } from "#lib/domain/service.ts";

const operations = checkOperations<Settings>({
  names: Settings.shape.as.unwrap().options,
  limitSeconds: 300,
  command: ({ host, port, database, user, tls, caFile, timeoutMs, query }, _desired, secrets = []) => {
    const options = `-c default_transaction_read_only=on -c statement_timeout=${timeoutMs}`;
    const words = [
      ...(secrets.includes("password") ? ['PGPASSWORD="$PASSWORD"'] : []),
      ...(tls === "verify"
        ? ["PGSSLMODE=verify-full", ...(caFile === undefined ? [] : [`PGSSLROOTCERT=${shellQuote(caFile)}`])]
        : []),
      `PGOPTIONS=${shellQuote(options)}`,
      `psql -X -h ${shellQuote(host)} -p ${port} -U ${shellQuote(user)} -d ${shellQuote(database)}`,
      `-c ${shellQuote(query)}`,
    ];
    return words.join(" ");
  },
  executor: async () => (await import("#lib/adapters/sql-check/executor.ts")).checkSql,
});

export const sqlCheck = defineAdapter<Settings>({
  id: "sql-check",
  title: "SQL check",
  description:
    "Asks PostgreSQL a query within a transaction that cannot write, and compares each value with a limit, or with what another query gives: counts, sums, integrity.",
  components,
  settings: Settings,
  secrets: { password: "Password of the role" },
  proof: { kind: "real", against: "PostgreSQL 15" },
  example: {
    component: "database",
    settings: {
      title: "No task without its agent",
      as: "check-integrity",
      host: "db.internal",
      database: "platform",
      user: "lastgood_reader",
      tls: "verify",
      query:
        "SELECT count(*) FROM tasks LEFT JOIN agents ON agents.id = tasks.agent_id WHERE agents.id IS NULL",
      comparison: "==",
      limit: 0,
    },
    secrets: { password: "env:LASTGOOD_SECRET_READER" },
  },
  operations,
  inspect: async (ctx) => (await import("#lib/adapters/sql-check/executor.ts")).inspectSql(ctx),
});
