import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type pg from "pg";
import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { excerpt } from "#lib/adapters/evidence.ts";
import { boundAnswers, givenPassword, ownClient, partFrom, tooMuch } from "#lib/adapters/postgres-client.ts";
import { Fault } from "#lib/domain/errors.ts";

const Name = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[^\x00-\x1f\x7f]+$/);

/** Fields of the settings of an adapter that connects to PostgreSQL; the password is the secret `password`. */
export const postgresFields = {
  host: z
    .string()
    .max(255)
    .regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/,
      "Write a host name or an address.",
    )
    .describe(
      "Where PostgreSQL listens; host:port must be among the addresses that the environment may call",
    ),
  port: z.number().int().min(1).max(65_535).default(5432),
  database: Name.describe("Name of the database"),
  user: Name.describe("The role that connects; its password is a secret"),
  tls: z
    .enum(["off", "verify"])
    .default("off")
    .describe("verify: encrypted, and the server's certificate must be valid for its name"),
  caFile: AbsolutePath.optional().describe("Certificates that are trusted instead of the usual ones, as PEM"),
};

export type PostgresAddress = {
  host: string;
  port: number;
  database: string;
  user: string;
  tls: "off" | "verify";
  caFile?: string | undefined;
};

type Context = Pick<AdapterContext<unknown>, "addresses" | "secrets" | "signal" | "redact">;

/**
 * Connects, runs `work`, and disconnects; the connection is cut when the step is stopped. Throws Fault for whatever
 * the server or the way to it refuses; of a query it means that its transaction did not commit, unless the connection
 * was lost meanwhile (`unknown` DATABASE_LOST).
 */
export async function withPostgres<R>(
  ctx: Context,
  address: PostgresAddress,
  work: (client: pg.Client) => Promise<R>,
  name = "lastgood",
): Promise<R> {
  const { host, port } = address;
  if (ctx.signal.aborted)
    throw new Fault(
      "transient",
      "CANCELLED",
      "Stopped before the database was asked.",
      "Nothing was changed.",
    );
  const [found] = await ctx.addresses(host, port);
  const client = ownClient({
    // The address that was checked: the name may lead elsewhere a moment later.
    host: found?.address ?? host,
    port,
    database: address.database,
    user: address.user,
    password: givenPassword(ctx.secrets["password"]),
    ssl: await tlsOf(address),
    application_name: name,
    connectionTimeoutMillis: 8000,
    query_timeout: 0,
    keepAlive: true,
  });
  // What breaks the connection between queries shows at the next query.
  client.on("error", () => undefined);
  const cut = (): void => void client.end().catch(() => undefined);
  ctx.signal.addEventListener("abort", cut, { once: true });
  try {
    await client.connect();
  } catch (error) {
    ctx.signal.removeEventListener("abort", cut);
    throw postgresFault(ctx, address, error, false);
  }
  const unwatch = boundAnswers(client);
  try {
    return await work(client);
  } catch (error) {
    throw postgresFault(ctx, address, error, true);
  } finally {
    unwatch();
    await partFrom(client);
    ctx.signal.removeEventListener("abort", cut);
  }
}

/** The PostgreSQL system that answers, and which of its databases. Throws Fault. */
export async function postgresIdentity(
  ctx: Context,
  address: PostgresAddress,
): Promise<{ kind: string; id: string }> {
  const id = await withPostgres(ctx, address, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      "SELECT system_identifier::text AS id FROM pg_control_system()",
    );
    return rows[0]?.id ?? "";
  });
  return { kind: "postgresql", id: `${id}/${address.database}` };
}

/** What PostgreSQL's error codes mean to a person; a Fault passes through, other errors are bugs and pass too. */
function postgresFault(
  ctx: Pick<Context, "redact" | "signal">,
  address: PostgresAddress,
  error: unknown,
  isConnected: boolean,
): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const place = `${address.host}:${address.port}`;
  const said = excerpt(ctx.redact(error.message));
  if (ctx.signal.aborted)
    return new Fault(
      isConnected ? "unknown" : "transient",
      "CANCELLED",
      `The step was stopped while ${place} was asked.`,
      "Look at the database whether the last statement took effect.",
    );
  const known = meaning(code, said, address);
  if (known !== null) return known;
  if (/^[0-9A-Z]{5}$/.test(code))
    return new Fault(
      "permanent",
      "DATABASE_REFUSED",
      `PostgreSQL refused: ${said} (${code}).`,
      "Nothing of that transaction was kept. Correct what the message names.",
    );
  if (
    /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL)/.test(code) ||
    /SSL|certificate/i.test(error.message)
  )
    return new Fault(
      "permanent",
      "TLS_REFUSED",
      `No trusted connection to ${place}: ${said}`,
      "Renew the certificate, name its issuer with caFile, or correct the setting tls.",
    );
  if (
    isConnected &&
    /terminated|ended|closed|ECONNRESET|EPIPE|not queryable/i.test(`${code} ${error.message}`)
  )
    return new Fault(
      "unknown",
      "DATABASE_LOST",
      `The connection to ${place} was lost: ${said}`,
      "Look at the database whether the last statement took effect.",
    );
  if (code !== "" || /timeout|terminated|ended/i.test(error.message))
    return new Fault(
      "transient",
      "DATABASE_UNREACHABLE",
      `PostgreSQL does not answer at ${place}: ${said}`,
      "See whether the server runs and the address is right.",
    );
  return error;
}

function meaning(code: string, said: string, { host, user, database }: PostgresAddress): Fault | null {
  if (code === tooMuch)
    return new Fault(
      "permanent",
      "TOO_MUCH_OUTPUT",
      `What listens at ${host} sent more than 64 MiB, so the connection was cut.`,
      "Check that PostgreSQL listens there, and the settings of this target.",
    );
  if (code === "28000" && /client certificate/.test(said))
    return new Fault(
      "permanent",
      "CLIENT_CERTIFICATE_WANTED",
      `PostgreSQL takes the role ${user} only with a certificate of its own: ${said}`,
      "Use a role that signs in with a password; see pg_hba.conf for what the server asks of whom.",
    );
  if (code === "25006")
    return new Fault(
      "permanent",
      "READ_ONLY",
      `${host} takes no changes: it is a standby, or set to read only.`,
      "Name the primary in the settings of this target.",
    );
  if (code === "28P01" || code === "28000" || said.startsWith("SASL"))
    return new Fault(
      "permanent",
      "CREDENTIALS_REFUSED",
      `PostgreSQL refuses the role ${user}: ${said}`,
      "Correct the secret `password` or the user of this target.",
    );
  if (code === "3D000")
    return new Fault(
      "permanent",
      "NO_SUCH_DATABASE",
      `There is no database ${database}.`,
      "Correct the settings of this target, or restore the database.",
    );
  if (code === "42501")
    return new Fault(
      "permanent",
      "PERMISSION_MISSING",
      `The role ${user} may not do this: ${said}`,
      "Grant it the permission, or connect as a role that has it.",
    );
  if (code === "55P03" || code === "40P01" || code === "40001")
    return new Fault(
      "transient",
      "LOCKED",
      `Something else holds a lock: ${said}`,
      "Nothing was changed. See pg_stat_activity and pg_blocking_pids() for who holds it.",
    );
  if (code === "53100")
    return new Fault(
      "permanent",
      "DISK_FULL",
      `PostgreSQL's disk is full: ${said}`,
      "Make room there first.",
    );
  if (["53300", "57P01", "57P02", "57P03", "57014"].includes(code))
    return new Fault(
      "transient",
      "DATABASE_UNREACHABLE",
      `PostgreSQL takes no work now: ${said}`,
      "It is tried again within the limit of the step.",
    );
  return null;
}

async function tlsOf({ host, tls, caFile }: PostgresAddress): Promise<false | ConnectionOptions> {
  if (tls === "off") return false;
  // Without a name of its own the certificate would be held against the address.
  const name = isIP(host) === 0 ? { servername: host } : { host };
  if (caFile === undefined) return name;
  const ca = await readFile(caFile, "utf8").catch(() => null);
  if (ca !== null) return { ...name, ca };
  throw new Fault("permanent", "TLS_REFUSED", `${caFile} cannot be read.`, "Correct caFile in the settings.");
}
