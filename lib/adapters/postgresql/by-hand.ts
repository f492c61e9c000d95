import path from "node:path";
import { postgresMoment, quoted } from "#lib/adapters/postgresql/names.ts";
import type {
  AtHead,
  Closed,
  Counted,
  Kept,
  Restored,
  Settings,
  Sound,
  Swapped,
  Verified,
} from "#lib/adapters/postgresql/schema.ts";
import { shellCommand, shellQuote } from "#lib/adapters/shell-quote.ts";

type Secrets = readonly string[] | undefined;

/** The environment that PostgreSQL's programs need, as words before each of them. */
function ready({ host, tls }: Settings, secrets: Secrets): string {
  const words = host.startsWith("/") ? [] : [`PGSSLMODE=${tls.mode} PGSSLROOTCERT=${shellQuote(tls.caFile)}`];
  if (secrets?.includes("password") === true) words.push('PGPASSWORD="$PASSWORD"');
  return words.map((word) => `${word} `).join("");
}

const at = ({ host, port, user }: Settings): string[] => ["-h", host, "-p", String(port), "-U", user];

function run(settings: Settings, secrets: Secrets, program: string, words: readonly string[]): string {
  return ready(settings, secrets) + shellCommand([program, ...at(settings), ...words]);
}

function psql(settings: Settings, secrets: Secrets, database: string, ...statements: string[]): string {
  const parts = statements.flatMap((statement) => ["-c", statement]);
  return run(settings, secrets, "psql", ["-v", "ON_ERROR_STOP=1", "-d", database, ...parts]);
}

const same = (sha256: string, file: string): string =>
  `echo ${shellQuote(`${sha256}  ${file}`)} | sha256sum -c -`;

export function verifyByHand(settings: Settings, { source, scratch }: Verified, secrets: Secrets): string {
  if (source.kind === "cluster") return checkCluster(settings, source.label);
  return [
    same(source.sha256, source.file),
    run(settings, secrets, "createdb", ["-T", "template0", scratch]),
    run(settings, secrets, "pg_restore", ["--exit-on-error", "--no-owner", "-d", scratch, source.file]),
    run(settings, secrets, "dropdb", [scratch]),
  ].join(" && ");
}

function checkCluster({ recovery }: Settings, label: string): string {
  if (recovery?.by === "base-backup")
    return shellCommand(["pg_verifybackup", "--no-parse-wal", path.join(recovery.backups, label)]);
  return shellCommand(["pgbackrest", `--stanza=${recovery?.stanza ?? ""}`, "verify"]);
}

export function dumpByHand(settings: Settings, { database, file }: Kept, secrets: Secrets): string {
  // For whoever made it alone: it holds everything.
  return `(umask 077 && ${run(settings, secrets, "pg_dump", ["-Fc", "-f", file, database])})`;
}

export function restoreByHand(settings: Settings, desired: Restored, secrets: Secrets): string {
  const { source, newName, database } = desired;
  const into = (file: string): string[] => [
    run(settings, secrets, "createdb", ["-T", "template0", newName]),
    run(settings, secrets, "pg_restore", ["--exit-on-error", "-d", newName, file]),
  ];
  if (source.kind === "dump") return [same(source.sha256, source.file), ...into(source.file)].join(" && ");
  const { recovery, dumpFolder } = settings;
  const copy = path.join(recovery?.folder ?? "/", `lastgood-${desired.rollback}`, "data");
  const file = path.join(dumpFolder, `recovered-${database}-${desired.rollback}.dump`);
  const port = String(recovery?.port ?? 5433);
  const start = `-c archive_mode=off -c listen_addresses= -c unix_socket_directories=${copy} -c port=${port}`;
  const recovered =
    recovery?.by === "base-backup"
      ? [
          shellCommand(["mkdir", "-p", path.dirname(copy)]),
          shellCommand(["cp", "-a", path.join(recovery.backups, source.label), copy]),
          shellCommand(["touch", path.join(copy, "recovery.signal")]),
        ]
      : [
          shellCommand(["mkdir", "-p", "-m", "0700", copy]),
          shellCommand([
            "pgbackrest",
            `--stanza=${recovery?.stanza ?? ""}`,
            `--pg1-path=${copy}`,
            `--set=${source.label}`,
            ...(source.moment === null
              ? ["--type=immediate"]
              : ["--type=time", `--target=${postgresMoment(source.moment)}`]),
            "--target-action=promote",
            "--archive-mode=off",
            "restore",
          ]),
        ];
  const toMoment =
    recovery?.by === "base-backup"
      ? ` -c restore_command='cp ${recovery.archive}/%f %p' -c recovery_target_action=promote ${source.moment === null ? "-c recovery_target=immediate" : `-c recovery_target_time='${postgresMoment(source.moment)}'`}`
      : "";
  return [
    ...recovered,
    shellCommand(["pg_ctl", "start", "-w", "-D", copy, "-o", start + toMoment]),
    shellCommand(["pg_dump", "-h", copy, "-p", port, "-U", settings.user, "-Fc", "-f", file, database]),
    shellCommand(["pg_ctl", "stop", "-w", "-D", copy]),
    ...into(file),
  ].join(" && ");
}

export function closeByHand(settings: Settings, { database, oid }: Closed, secrets: Secrets): string {
  return psql(
    settings,
    secrets,
    settings.maintenanceDatabase,
    `ALTER DATABASE ${quoted(database)} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datid = ${oid} AND pid <> pg_backend_pid()`,
  );
}

export function reopenByHand(settings: Settings, { database }: Closed, secrets: Secrets): string {
  const statement = `ALTER DATABASE ${quoted(database)} ALLOW_CONNECTIONS true`;
  return psql(settings, secrets, settings.maintenanceDatabase, statement);
}

export function swapByHand(settings: Settings, desired: Swapped, secrets: Secrets): string {
  const rename = (from: string, to: string): string =>
    `ALTER DATABASE ${quoted(from)} RENAME TO ${quoted(to)}`;
  return psql(
    settings,
    secrets,
    settings.maintenanceDatabase,
    "BEGIN",
    rename(desired.database, desired.oldName),
    rename(desired.newName, desired.database),
    "COMMIT",
  );
}

export function soundByHand(settings: Settings, { database }: Sound, secrets: Secrets): string {
  return psql(
    settings,
    secrets,
    database,
    "SELECT conrelid::regclass, conname FROM pg_constraint WHERE NOT convalidated",
    "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid",
    ...settings.integrity.map(({ sql }) => sql),
  );
}

export function countByHand(settings: Settings, { database, baseline }: Counted, secrets: Secrets): string {
  const tables = settings.countTables.length > 0 ? settings.countTables : Object.keys(baseline ?? {});
  const statements = tables.map((table) => `SELECT count(*) FROM ${table.split(".").map(quoted).join(".")}`);
  return psql(
    settings,
    secrets,
    database,
    ...(statements.length > 0
      ? statements
      : ["SELECT relname, n_live_tup FROM pg_stat_user_tables ORDER BY 1"]),
  );
}

export function headByHand(settings: Settings, { database }: AtHead, secrets: Secrets): string {
  return psql(settings, secrets, database, "SELECT version_num FROM alembic_version");
}
