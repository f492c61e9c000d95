import { chown, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileFault } from "#lib/adapters/postgresql/file-print.ts";
import { postgresMoment } from "#lib/adapters/postgresql/names.ts";
import type { Cluster, Recovery } from "#lib/adapters/postgresql/schema.ts";
import { withSql, type Context, type Place } from "#lib/adapters/postgresql/server.ts";
import { runTool, toolPath } from "#lib/adapters/postgresql/tools.ts";
import { shellCommand } from "#lib/adapters/shell-quote.ts";
import { Fault } from "#lib/domain/errors.ts";

type Copy = { data: string; source: Cluster; major: number };

/** What pgBackRest wrote for the recovery; everything else of the cluster that runs is left out. */
const ofRecovery = /^\s*(?:restore_command|recovery_target\w*)\s*=/;

/**
 * Starts a recovered cluster that can harm nobody: it listens on a socket in its own folder, archives nothing, runs no
 * library of the other, and ends its recovery at the target. Answers when it accepts connections. Throws Fault.
 */
export async function startCopy(
  ctx: Context,
  recovery: Recovery,
  { data, source, major }: Copy,
): Promise<Place> {
  const { maintenanceDatabase, user } = ctx.settings;
  requireShort(data);
  const automatic = path.join(data, "postgresql.auto.conf");
  const own = await readFile(automatic, "utf8").catch((error: unknown) => {
    throw fileFault(error, automatic, "read");
  });
  const kept = recovery.by === "pgbackrest" ? own.split("\n").filter((line) => ofRecovery.test(line)) : [];
  const lines = [
    "listen_addresses = ''",
    `port = ${recovery.port}`,
    `unix_socket_directories = ${quotedValue(data)}`,
    "unix_socket_permissions = 0700",
    `data_directory = ${quotedValue(data)}`,
    `hba_file = ${quotedValue(path.join(data, "lastgood_hba.conf"))}`,
    "archive_mode = off",
    "hot_standby = off",
    "ssl = off",
    "fsync = off",
    "max_connections = 20",
    "max_prepared_transactions = 100",
    "max_locks_per_transaction = 256",
    "shared_buffers = 64MB",
    "autovacuum = off",
    "max_logical_replication_workers = 0",
    "logging_collector = off",
    ...(recovery.by === "base-backup" ? target(recovery.archive, source) : []),
  ];
  await put(data, "postgresql.conf", `${lines.join("\n")}\n`);
  await put(data, "postgresql.auto.conf", `${kept.join("\n")}\n`);
  await put(data, "lastgood_hba.conf", "local all all trust\n");
  if (recovery.by === "base-backup") await put(data, "recovery.signal", "");
  const log = path.join(data, "lastgood.log");
  const seconds = recovery.recoverySeconds;
  try {
    await runTool(ctx, toolPath(ctx, "pg_ctl", major), {
      arguments: ["start", "-w", "-s", "-t", String(seconds), "-D", data, "-l", log],
      environment: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", TZ: "UTC" },
      seconds: seconds + 10,
      runAs: recovery.runAs,
    });
  } catch (error) {
    throw explained(error, await readFile(log, "utf8").catch(() => ""));
  }
  const place: Place = {
    host: data,
    port: recovery.port,
    user,
    maintenanceDatabase,
    tls: { mode: "disable", caFile: "/dev/null" },
    password: undefined,
  };
  await untilRecovered(ctx, place, seconds, log);
  return place;
}

/** It accepts connections once it has replayed the log up to the target. */
async function untilRecovered(ctx: Context, place: Place, seconds: number, log: string): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    try {
      await withSql(ctx, place, place.maintenanceDatabase, (sql) => sql.rows("SELECT 1"));
      return;
    } catch (error) {
      const isComing = error instanceof Fault && error.code === "STARTING" && performance.now() < end;
      if (!isComing) throw explained(error, await readFile(log, "utf8").catch(() => ""));
    }
    await delay(200, undefined, { signal: ctx.signal }).catch(() => undefined);
  }
}

/** Stops a copy at once; it is thrown away anyway. One that has ended already is no fault. */
export async function stopCopy(ctx: Context, recovery: Recovery, data: string, major: number): Promise<void> {
  await runTool(ctx, toolPath(ctx, "pg_ctl", major), {
    arguments: ["stop", "-w", "-s", "-m", "immediate", "-t", "30", "-D", data],
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
    seconds: 40,
    runAs: recovery.runAs,
  }).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.kind !== "permanent") throw error;
    if (!/No such process|PID file .* does not exist|Is server running/i.test(error.message)) throw error;
  });
}

/** A socket's path has room for 107 bytes. */
function requireShort(data: string): void {
  if (Buffer.byteLength(data) <= 88) return;
  throw new Fault(
    "permanent",
    "PATH_TOO_LONG",
    `${data} is too long for the path of a socket.`,
    "Set recovery.folder to a shorter path.",
  );
}

function target(archive: string, { moment }: Cluster): string[] {
  // PostgreSQL runs it through a shell, and takes % for its own.
  const command = shellCommand(["/usr/bin/cp", path.join(archive, "%f")])
    .replaceAll("%f", "\0")
    .replaceAll("%", "%%");
  const wanted =
    moment === null
      ? "recovery_target = 'immediate'"
      : `recovery_target_time = ${quotedValue(postgresMoment(moment))}`;
  return [
    `restore_command = ${quotedValue(`${command.replaceAll("\0", "%f")} "%p"`)}`,
    wanted,
    "recovery_target_action = 'promote'",
    "recovery_target_timeline = 'current'",
  ];
}

/** Written as the copy's own user, so that the copy can read it and nobody else. */
async function put(data: string, name: string, text: string): Promise<void> {
  const file = path.join(data, name);
  try {
    const { uid, gid } = await stat(data);
    await writeFile(file, text, { mode: 0o600 });
    if (process.getuid?.() === 0) await chown(file, uid, gid);
  } catch (error) {
    throw fileFault(error, file, "written");
  }
}

const quotedValue = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

function explained(error: unknown, log: string): unknown {
  if (!(error instanceof Fault)) return error;
  const last = log
    .split("\n")
    .filter((line) => /FATAL|PANIC|ERROR|invalid value|unrecognized/.test(line))
    .slice(-2)
    .join(" ");
  if (/recovery ended before configured recovery target/.test(log))
    return new Fault(
      "permanent",
      "MOMENT_NOT_REACHED",
      `The archived write-ahead log ends before the moment. ${last}`.trim(),
      "Choose an earlier moment, or have the rest of the log archived.",
    );
  if (
    /requested timeline|could not locate required checkpoint|invalid (?:primary )?checkpoint|could not open file/.test(
      log,
    )
  )
    return new Fault(
      "permanent",
      "LOG_MISSING",
      `The write-ahead log that the backup needs is not in the archive. ${last}`.trim(),
      "Choose another backup, or put the log back.",
    );
  return new Fault(error.kind, error.code, `${error.message} ${last}`.trim(), error.advice);
}
