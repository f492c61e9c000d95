import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type pg from "pg";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { boundAnswers, givenPassword, ownClient, partFrom } from "#lib/adapters/postgres-client.ts";
import { sqlFault } from "#lib/adapters/postgresql/faults.ts";
import type { Settings } from "#lib/adapters/postgresql/schema.ts";
import { Fault } from "#lib/domain/errors.ts";

export type Context = AdapterContext<Settings>;

/** One server and who connects to it. */
export type Place = {
  host: string;
  port: number;
  user: string;
  maintenanceDatabase: string;
  tls: Settings["tls"];
  password: string | undefined;
};

export type Sql = {
  /** Rows of one statement. `values` stand for $1, $2, … Throws Fault. */
  rows: <Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** A statement that changes something: a connection that is cut leaves its outcome open. Throws Fault. */
  act: (text: string) => Promise<void>;
};

export function ownPlace(ctx: Context): Place {
  const { host, port, user, maintenanceDatabase, tls } = ctx.settings;
  return { host, port, user, maintenanceDatabase, tls, password: ctx.secrets["password"] };
}

/** Where backups are tried. */
export function tryPlace(ctx: Context): Place {
  const { verification } = ctx.settings;
  if (verification === undefined) return ownPlace(ctx);
  return { ...verification, password: ctx.secrets["verificationPassword"] };
}

const isSocket = ({ host }: Place): boolean => host.startsWith("/");

/** The address that was checked, or the socket folder: a name may lead elsewhere a moment later. Throws Fault. */
async function hostOf(ctx: Context, place: Place): Promise<string> {
  if (isSocket(place)) return place.host;
  const [found] = await ctx.addresses(place.host, place.port);
  return found?.address ?? place.host;
}

/** Connects, works, and lets go, whatever happens. Everything is bounded; the signal cuts the connection. Throws Fault. */
export async function withSql<T>(
  ctx: Context,
  place: Place,
  database: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const { timeoutMs, lockSeconds, querySeconds } = ctx.settings;
  if (ctx.signal.aborted)
    throw new Fault("transient", "CANCELLED", "Stopped before it connected.", "Nothing was changed.");
  const where = `${database} at ${place.host}:${place.port}`;
  const client = ownClient({
    host: await hostOf(ctx, place),
    port: place.port,
    user: place.user,
    database,
    password: givenPassword(place.password),
    ssl: isSocket(place) ? false : await tlsOptions(place),
    connectionTimeoutMillis: timeoutMs,
    application_name: applicationName(ctx),
    lock_timeout: lockSeconds * 1000,
    statement_timeout: querySeconds * 1000,
    keepAlive: true,
  });
  // A connection that is lost while nothing is asked shows at the next statement.
  client.on("error", (error) => ctx.log(`${where}: ${ctx.redact(error.message)}`));
  const cut = (): void => void client.end().catch(() => undefined);
  ctx.signal.addEventListener("abort", cut, { once: true });
  const ask = async (text: string, values: readonly unknown[], acting: boolean) => {
    try {
      // The extended protocol takes one statement and no more, whatever a text holds.
      const query = { text, values: [...values], queryMode: "extended" };
      return await client.query(query);
    } catch (error) {
      if (ctx.signal.aborted) throw stopped(where, acting);
      throw redactedFault(ctx, sqlFault(error, where, acting));
    }
  };
  let unwatch = (): void => undefined;
  try {
    await client.connect().catch((error: unknown) => {
      if (ctx.signal.aborted) throw stopped(where, false);
      throw redactedFault(ctx, sqlFault(error, where));
    });
    unwatch = boundAnswers(client);
    return await work({
      rows: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
        (await ask(text, values, false)).rows as Row[],
      act: async (text) => {
        await ask(text, [], true);
      },
    });
  } finally {
    unwatch();
    await partFrom(client);
    ctx.signal.removeEventListener("abort", cut);
  }
}

/** One transaction that cannot change anything. */
export async function readOnly<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  await sql.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    return await work();
  } finally {
    // A connection that was lost has ended the transaction too.
    await sql.rows("ROLLBACK").catch(() => undefined);
  }
}

/** The same for every attempt of one step, so that a later attempt can tell what an earlier one left. */
const applicationName = (ctx: Context): string =>
  `lastgood ${ctx.effectKey}`.replace(/[^\x20-\x7e]/g, "_").slice(0, 63);

/** What PostgreSQL's own programs are told, in their environment. */
export async function toolEnvironment(ctx: Context, place: Place): Promise<Record<string, string>> {
  const host = await hostOf(ctx, place);
  return {
    PATH: "/usr/bin:/bin",
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    PGHOST: place.host,
    ...(!isSocket(place) && { PGHOSTADDR: host }),
    PGPORT: String(place.port),
    PGUSER: place.user,
    PGAPPNAME: applicationName(ctx),
    PGCONNECT_TIMEOUT: String(Math.max(2, Math.ceil(ctx.settings.timeoutMs / 1000))),
    PGOPTIONS: `-c lock_timeout=${ctx.settings.lockSeconds}s`,
    PGSSLMODE: isSocket(place) ? "disable" : place.tls.mode,
    PGSSLROOTCERT: place.tls.caFile,
    // Neither files of the worker's user nor a service definition have a say.
    PGPASSFILE: "/dev/null",
    PGSERVICEFILE: "/dev/null",
    ...(place.password !== undefined && { PGPASSWORD: place.password }),
  };
}

async function tlsOptions({ tls, host }: Place): Promise<false | ConnectionOptions> {
  if (tls.mode === "disable") return false;
  if (tls.mode === "require") return { rejectUnauthorized: false };
  const ca = await readFile(tls.caFile, "utf8").catch(() => {
    throw new Fault(
      "permanent",
      "CA_FILE_MISSING",
      `${tls.caFile} cannot be read, so the server's certificate cannot be checked.`,
      "Correct tls.caFile in the settings.",
    );
  });
  // Without a name of its own the certificate would be held against the address.
  const name = isIP(host) === 0 ? { servername: host } : { host };
  return tls.mode === "verify-ca" ? { ca, ...name, checkServerIdentity: () => undefined } : { ca, ...name };
}

const stopped = (where: string, acting: boolean): Fault =>
  new Fault(
    acting ? "unknown" : "transient",
    "CANCELLED",
    `${where}: stopped before it answered.`,
    acting ? "Look at the server whether the last statement took effect." : "Nothing was changed.",
  );

function redactedFault(ctx: Context, { kind, code, message, advice }: Fault): Fault {
  return new Fault(kind, code, ctx.redact(message), advice);
}
