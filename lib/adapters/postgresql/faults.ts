import { excerpt } from "#lib/adapters/evidence.ts";
import { tooMuch } from "#lib/adapters/postgres-client.ts";
import { Fault } from "#lib/domain/errors.ts";
import type { FaultKind } from "#lib/domain/errors.ts";

type Known = readonly [kind: FaultKind, code: string, says: string, advice: string];

const reach = "Check host, port and firewall, and that PostgreSQL runs.";
const certificate = "Renew the server's certificate, or correct tls.caFile and tls.mode in the settings.";
const permission = "The role needs to own the database (or be a superuser), CREATEDB, and pg_signal_backend.";
const room = "Make room on the server's disk, then retry. What was begun is removed first.";

/** By SQLSTATE, or by the code of a failed connection. */
const known: Readonly<Record<string, Known>> = {
  ECONNREFUSED: ["transient", "DATABASE_UNREACHABLE", "Nobody listens there", reach],
  ENOTFOUND: ["transient", "DATABASE_UNREACHABLE", "The host name is not known", reach],
  EAI_AGAIN: ["transient", "DATABASE_UNREACHABLE", "The host name could not be looked up", reach],
  EHOSTUNREACH: ["transient", "DATABASE_UNREACHABLE", "The host cannot be reached", reach],
  ENETUNREACH: ["transient", "DATABASE_UNREACHABLE", "The network cannot be reached", reach],
  ETIMEDOUT: ["transient", "DATABASE_UNREACHABLE", "No answer in time", reach],
  ENOENT: [
    "transient",
    "DATABASE_UNREACHABLE",
    "There is no socket",
    "Check the socket folder and the port.",
  ],
  EACCES: ["permanent", "DATABASE_UNREACHABLE", "The socket may not be used", "Check the worker's user."],
  CERT_HAS_EXPIRED: ["permanent", "CERTIFICATE_EXPIRED", "The server's certificate has expired", certificate],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    "permanent",
    "CERTIFICATE_UNKNOWN",
    "The server's certificate is signed by nobody known",
    certificate,
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    "permanent",
    "CERTIFICATE_UNKNOWN",
    "The server's certificate comes from an unknown authority",
    certificate,
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    "permanent",
    "CERTIFICATE_UNKNOWN",
    "The server's certificate comes from an unknown authority",
    certificate,
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    "permanent",
    "CERTIFICATE_UNKNOWN",
    "The server's certificate comes from an unknown authority",
    certificate,
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "permanent",
    "CERTIFICATE_OTHER_HOST",
    "The server's certificate is for another host",
    certificate,
  ],
  "28P01": ["permanent", "CREDENTIALS_REFUSED", "The password was refused", "Check the secret `password`."],
  "28000": ["permanent", "CREDENTIALS_REFUSED", "The role may not connect", "Check user and pg_hba.conf."],
  "3D000": ["permanent", "NO_SUCH_DATABASE", "There is no such database", "Check the settings."],
  "42501": ["permanent", "PERMISSION_MISSING", "The role may not do that", permission],
  "42P04": ["permanent", "NAME_TAKEN", "A database of that name is there", "Rename it, or ask its owner."],
  "53100": ["permanent", "DISK_FULL", "The server's disk is full", room],
  "53200": ["transient", "OUT_OF_MEMORY", "The server is out of memory", "Retry when it has memory again."],
  "53300": ["transient", "TOO_MANY_CONNECTIONS", "No connection is free", "Stop clients, then retry."],
  "55006": ["transient", "IN_USE", "Somebody uses the database", "End the connections to it first."],
  "55P03": ["transient", "LOCKED", "A lock was not free in time", "See pg_locks who holds it, then retry."],
  "57014": ["transient", "QUERY_TOO_SLOW", "A query was stopped at its time limit", "Raise querySeconds."],
  "57P03": ["transient", "STARTING", "The server is starting or stopping", "Retry when it is up."],
  "25006": [
    "permanent",
    "READ_ONLY",
    "The server is read-only: a standby",
    "Name the primary in the settings.",
  ],
};

/** What an error of the client library means. `acting`: a change was under way, so a cut connection leaves it open. */
export function sqlFault(error: unknown, what: string, acting = false): Fault {
  if (error instanceof Fault) return error;
  const message = excerpt(error instanceof Error ? error.message : String(error));
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "55000" && /not currently accepting connections/.test(message))
    return new Fault(
      "permanent",
      "DATABASE_CLOSED",
      `${what}: the database accepts no connections.`,
      "Somebody has closed it. Open it with ALTER DATABASE … ALLOW_CONNECTIONS true, or go on without this step.",
    );
  if (/does not support SSL/.test(message))
    return new Fault(
      "permanent",
      "TLS_REFUSED",
      `${what}: the server speaks no TLS.`,
      "Turn ssl on at the server, or set tls.mode to disable.",
    );
  if (/password must be a/.test(message))
    return new Fault(
      "permanent",
      "CREDENTIALS_REFUSED",
      `${what}: the server wants a password.`,
      "Give the target the secret `password`.",
    );
  const isDropped =
    /Connection terminated|ECONNRESET|EPIPE|Client was closed|not queryable/.test(message) ||
    code === tooMuch ||
    code.startsWith("08") ||
    code.startsWith("57P");
  const entry = known[code] ?? (/timeout expired/.test(message) ? known["ETIMEDOUT"] : undefined);
  if (entry && !(acting && isDropped)) {
    const [kind, name, says, advice] = entry;
    return new Fault(kind, name, `${what}: ${says} (${message}).`, advice);
  }
  if (isDropped)
    return new Fault(
      acting ? "unknown" : "transient",
      "CONNECTION_CUT",
      `${what}: the connection was cut (${message}).`,
      "Look at the server, then retry.",
    );
  if (code === "") return new Fault("transient", "DATABASE_UNREACHABLE", `${what}: ${message}.`, reach);
  return new Fault("permanent", "SQL_REFUSED", `${what}: ${message} (${code}).`, "See PostgreSQL's own log.");
}

/** What a program that failed has said, by what people can do about it. */
export function toolFault(tool: string, output: string): Fault {
  const said = excerpt(output.slice(-1500), 600);
  const of = (code: string, says: string, advice: string, kind: FaultKind = "permanent"): Fault =>
    new Fault(kind, code, `${tool}: ${says}. It said: ${said}`, advice);
  if (/No space left on device|Disk quota exceeded|disk is full/i.test(output))
    return of("DISK_FULL", "the disk is full", "Make room, then retry. What was begun is removed first.");
  if (/server version mismatch/.test(output))
    return of(
      "TOOL_TOO_OLD",
      "it is older than the server",
      "Install the client tools of the server's version.",
    );
  if (/password authentication failed|no password supplied/.test(output))
    return of("CREDENTIALS_REFUSED", "the password was refused", "Check the secret `password`.");
  if (
    /does not appear to be a valid archive|input file is too short|text format dump|not a valid archive/.test(
      output,
    )
  )
    return of("NOT_A_BACKUP", "the file is no archive of pg_dump", "Take backups with pg_dump -Fc.");
  if (/canceling statement due to lock timeout|lock-wait/i.test(output))
    return of("LOCKED", "a lock was not free in time", "See pg_locks who holds it, then retry.", "transient");
  if (
    /could not (?:read|uncompress|seek)|unexpected end of file|corrupt|invalid (?:compressed|block)|unexpected data|found unexpected block|data error|invalid (?:distance|code|stored|bit)|incorrect data check|checksum/i.test(
      output,
    )
  )
    return of(
      "BACKUP_CORRUPT",
      "the backup cannot be read to its end",
      "Do not restore it. Choose another backup.",
    );
  if (/permission denied|must be (?:owner|superuser|member)/.test(output))
    return of("PERMISSION_MISSING", "the role may not do that", permission);
  if (/role ".*" does not exist/.test(output))
    return of("ROLE_MISSING", "a role that owns something in it is missing", "Create the role, then retry.");
  if (/recovery ended before configured recovery target/.test(output))
    return of(
      "MOMENT_NOT_REACHED",
      "the write-ahead log ends before the moment",
      "Choose an earlier moment, or archive the rest of the log.",
    );
  if (/unable to acquire lock|is the .* process already running/i.test(output))
    return of("BUSY", "another run of it is not over", "Wait for it to end; it is retried.", "transient");
  if (/Connection refused|could not connect|connection to server.*failed|Connection timed out/.test(output))
    return of("DATABASE_UNREACHABLE", "the server cannot be reached", reach, "transient");
  if (/terminating connection|server closed the connection|connection.*lost/i.test(output))
    return of("CONNECTION_CUT", "the connection was cut", "Look at the server, then retry.", "transient");
  return of("TOOL_FAILED", "it failed", "See what it said, and PostgreSQL's own log.");
}
