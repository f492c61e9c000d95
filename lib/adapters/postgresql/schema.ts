import { z } from "zod";
import { AbsolutePath } from "#lib/adapters/absolute-path.ts";

const Host = z
  .string()
  .max(255)
  .regex(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F:]{2,45}|(?:\/(?!\.{1,2}(?:\/|$))[^\/\x00-\x1f\x7f]+)+)$/,
    "Write a host name, an IP address, or the absolute path of a socket folder.",
  );
const Port = z.number().int().min(1).max(65_535);
const Name = z
  .string()
  .max(63)
  .regex(
    /^[A-Za-z_][A-Za-z0-9_$.-]*$/,
    "Write a name of letters, digits, underscores, dots and hyphens that starts with a letter.",
  );
const Table = z
  .string()
  .max(130)
  .regex(/^[A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)?$/, "Write table or schema.table.");
const Tls = z.strictObject({
  mode: z
    .enum(["disable", "require", "verify-ca", "verify-full"])
    .default("verify-full")
    .describe("As libpq's sslmode; a socket folder needs none"),
  caFile: AbsolutePath.default("/etc/ssl/certs/ca-certificates.crt").describe(
    "Certificates of the authorities that are trusted",
  ),
});
const server = {
  host: Host.describe("Host name or address, or the absolute path of a socket folder"),
  port: Port.default(5432),
  user: Name.describe("Role that owns the database or is a superuser, and may create databases"),
  maintenanceDatabase: Name.default("postgres").describe("Database to connect to while the other is renamed"),
  tls: Tls.default({ mode: "verify-full", caFile: "/etc/ssl/certs/ca-certificates.crt" }),
};
const copy = {
  folder: AbsolutePath.describe("Where the cluster is recovered, in a folder of its own for each rollback"),
  port: Port.default(5433).describe("Names the copy's socket; it listens on no address"),
  runAs: Name.optional().describe(
    "User that runs PostgreSQL, where the worker is root; the folder belongs to that user",
  ),
  recoverySeconds: z
    .number()
    .int()
    .min(10)
    .max(86_400)
    .default(1500)
    .describe("How long a recovery may take"),
};

export const Settings = z
  .strictObject({
    ...server,
    database: Name.describe("The database that the service uses"),
    dumpFolder: AbsolutePath.describe(
      "Where the database is dumped to before it is replaced; never a source of a restore",
    ),
    backupFolder: AbsolutePath.optional().describe("Where backups made by pg_dump -Fc are, each by its name"),
    backupOf: Name.optional().describe("Name of the database in those backups, where it was another then"),
    backupTimeZone: z
      .string()
      .max(60)
      .regex(/^[A-Za-z]+(?:[\/_+-][A-Za-z0-9]+)*$/)
      .refine(isTimeZone, "That is no time zone.")
      .default("UTC")
      .describe("Time zone of the machine that took them: a dump holds its local time"),
    recovery: z
      .discriminatedUnion("by", [
        z.strictObject({
          by: z.literal("pgbackrest"),
          stanza: Name,
          config: AbsolutePath.default("/etc/pgbackrest.conf"),
          ...copy,
        }),
        z.strictObject({
          by: z.literal("base-backup"),
          backups: AbsolutePath.describe("Folder of base backups made by pg_basebackup -Fp, each a folder"),
          archive: AbsolutePath.describe("Folder of archived write-ahead log"),
          ...copy,
        }),
      ])
      .optional()
      .describe("How a moment or a backup of the whole cluster is recovered, beside the cluster that runs"),
    verification: z
      .strictObject(server)
      .optional()
      .describe("Server on which backups are tried; the same one unless given"),
    toolFolder: AbsolutePath.optional().describe(
      "Folder of pg_dump, pg_restore and pg_ctl; found by the server's version otherwise",
    ),
    pgbackrestPath: AbsolutePath.default("/usr/bin/pgbackrest"),
    jobs: z.number().int().min(1).max(32).default(2).describe("How many parts of a restore go on at once"),
    countTables: z
      .array(Table)
      .max(200)
      .default([])
      .describe("Tables whose rows are counted; up to 200 of them all unless named"),
    createdColumns: z
      .record(Table, Name)
      .default({})
      .describe("Column that tells when a row was made, by table: for the rows that a restore loses"),
    integrity: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(200),
          sql: z.string().min(1).max(4000).describe("One SELECT"),
          equals: z.number().optional().describe("The number that it gives; absent: it must give no row"),
        }),
      )
      .max(50)
      .default([])
      .describe("Own queries that say whether the data is sound, run read-only"),
    timeoutMs: z
      .number()
      .int()
      .min(100)
      .max(120_000)
      .default(5000)
      .describe("To connect, and for short looks"),
    lockSeconds: z.number().int().min(1).max(600).default(15).describe("How long to wait for a lock"),
    querySeconds: z
      .number()
      .int()
      .min(1)
      .max(3600)
      .default(60)
      .describe("How long a count or a check may take"),
    dumpSeconds: z.number().int().min(1).max(86_400).default(1500).describe("How long a dump may take"),
    restoreSeconds: z.number().int().min(1).max(86_400).default(1500).describe("How long a restore may take"),
  })
  .refine((s) => s.database !== s.maintenanceDatabase, {
    path: ["maintenanceDatabase"],
    message: "It has to be another database than the one that is replaced.",
  })
  .refine((s) => !/^template[01]$/.test(s.database), {
    path: ["database"],
    message: "A template is never replaced.",
  })
  .refine((s) => s.backupFolder === undefined || !overlap(s.backupFolder, s.dumpFolder), {
    path: ["dumpFolder"],
    message: "Emergency dumps and backups are kept apart: neither folder may be in the other.",
  });
export type Settings = z.output<typeof Settings>;
export type Recovery = NonNullable<Settings["recovery"]>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const Rows = z.record(z.string(), z.number().int().min(0));
export type Rows = z.output<typeof Rows>;

const Dump = z.strictObject({
  kind: z.literal("dump"),
  file: AbsolutePath,
  bytes: z.number().int(),
  sha256: Sha256.describe("Of the whole file"),
  takenAt: z.string().describe("The moment that it shows"),
  rows: Rows.nullable().describe("What its manifest says that it holds"),
});
export type Dump = z.output<typeof Dump>;
const Cluster = z.strictObject({
  kind: z.literal("cluster"),
  by: z.enum(["pgbackrest", "base-backup"]),
  label: z.string().describe("The backup of the cluster that recovery begins with"),
  moment: z.string().nullable().describe("The moment to recover to; null: where that backup ended"),
  takenAt: z.string(),
});
export type Cluster = z.output<typeof Cluster>;
export const Source = z.discriminatedUnion("kind", [Dump, Cluster]);
export type Source = z.output<typeof Source>;

const Oid = z.number().int();
const rollback = z.string().regex(/^[a-z0-9_]{1,40}$/);

export const Verified = z.strictObject({
  rollback,
  source: Source,
  scratch: Name.describe("Database that it is tried in, dropped afterwards"),
});
export type Verified = z.output<typeof Verified>;

export const Kept = z.strictObject({
  rollback,
  database: Name,
  oid: Oid.describe("Of the database that is dumped, whatever it is called by then"),
  file: AbsolutePath.describe("The dump; .json beside it has its checksum and the number of rows"),
});
export type Kept = z.output<typeof Kept>;

export const Restored = z.strictObject({
  rollback,
  database: Name,
  oldOid: Oid,
  newName: Name.describe("The new database that the backup is restored into"),
  source: Source,
});
export type Restored = z.output<typeof Restored>;

export const Closed = z.strictObject({
  rollback,
  database: Name,
  oid: Oid,
  wasOpen: z
    .boolean()
    .default(true)
    .describe("Whether it accepted connections when the plan was made; what was closed before stays closed"),
});
export type Closed = z.output<typeof Closed>;

export const Swapped = z.strictObject({
  rollback,
  database: Name,
  oldOid: Oid.describe("The database that has the name now"),
  oldName: Name.describe("The name that it is kept under"),
  newName: Name.describe("The restored database that takes the name"),
  source: z.string().describe("What it must have been restored from"),
});
export type Swapped = z.output<typeof Swapped>;

export const Sound = z.strictObject({ database: Name });
export type Sound = z.output<typeof Sound>;

export const Counted = z.strictObject({
  database: Name,
  baseline: Rows.nullable().describe("The least rows by table; null: they are shown and not judged"),
  dump: AbsolutePath.nullable().describe("Emergency dump whose manifest tells how many rows there were"),
});
export type Counted = z.output<typeof Counted>;

export const AtHead = z.strictObject({ database: Name, head: z.string() });
export type AtHead = z.output<typeof AtHead>;

function overlap(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
