import { connectionText, entityFrameworkArguments } from "#lib/adapters/migrations/entity-framework.ts";
import { flavours } from "#lib/adapters/migrations/flavour.ts";
import type { Downgrade, Settings } from "#lib/adapters/migrations/schema.ts";
import { databaseUrl } from "#lib/adapters/migrations/tool-process.ts";
import { shellCommand, shellQuote, shellVariable } from "#lib/adapters/shell-quote.ts";

type Secrets = readonly string[] | undefined;

const password = (secrets: Secrets): string =>
  secrets?.includes("password") === true ? `PGPASSWORD="$${shellVariable("password")}" ` : "";

function psql(settings: Settings, secrets: Secrets, rest: readonly string[]): string {
  const { host, port, user, database, tls } = settings;
  const ssl = tls === "verify" ? "PGSSLMODE=verify-full " : "";
  const at = ["psql", "-h", host, "-p", String(port), "-U", user, "-d", database];
  return `${ssl}${password(secrets)}${shellCommand([...at, ...rest])}`;
}

/** Prints the revision that the database is at. */
export function lookCommand(settings: Settings, secrets: Secrets): string {
  const { table, select } = flavours[settings.flavour];
  const name = (settings.table ?? table)
    .split(".")
    .map((part) => `"${part}"`)
    .join(".");
  return psql(settings, secrets, ["-Atc", `SELECT ${select} FROM ${name} ORDER BY 1`]);
}

/** Shows the files that undo what is to be undone. */
export function readCommand(settings: Settings, { undo }: Downgrade, secrets: Secrets): string {
  if (undo.length === 0) return lookCommand(settings, secrets);
  return `cd ${shellQuote(settings.workingFolder)} && less ${shellCommand(undo.map(({ file }) => file))}`;
}

/** Goes down, if the database is still where the plan saw it. */
export function downgradeCommand(settings: Settings, desired: Downgrade, secrets: Secrets): string {
  if (desired.undo.length === 0) return lookCommand(settings, secrets);
  const folder = `cd ${shellQuote(settings.workingFolder)}`;
  const isThere = `[ "$(${lookCommand({ ...settings }, secrets)} | paste -sd, -)" = ${shellQuote(desired.from.join(","))} ]`;
  switch (settings.flavour) {
    case "alembic": {
      const variables = `${password(secrets)}${settings.urlVariable}=${shellQuote(databaseUrl(settings))} PGOPTIONS='-c lock_timeout=${Math.round(settings.lockSeconds * 1000)}'`;
      const tool = [settings.python ?? "python3", "-m", "alembic", "-c", settings.ini, "downgrade"];
      const legs = desired.by.map((leg) => `${variables} ${shellCommand([...tool, leg])}`);
      return [folder, isThere, ...legs].join(" && ");
    }
    case "prisma": {
      const table = settings.table ?? flavours.prisma.table;
      const files = desired.undo.map(({ revision, file }) => {
        const mark = `UPDATE "${table.replace(".", '"."')}" SET rolled_back_at = now() WHERE migration_name = '${revision}' AND rolled_back_at IS NULL`;
        return psql(settings, secrets, ["-1", "-v", "ON_ERROR_STOP=1", "-f", file, "-c", mark]);
      });
      return [folder, ...files].join(" && ");
    }
    case "entity-framework": {
      const secret =
        secrets?.includes("password") === true ? `";Password=$${shellVariable("password")}"` : "";
      const variable = `${settings.urlVariable}=${shellQuote(connectionText(settings, ""))}${secret}`;
      const tool = [settings.dotnet ?? "dotnet", ...entityFrameworkArguments(desired.to[0] ?? "0")];
      return `${folder} && env ${variable} ${shellCommand(tool)}`;
    }
  }
}
