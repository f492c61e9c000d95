import { randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Evidence } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { clusterBackups, runPgbackrest } from "#lib/adapters/postgresql/cluster-backup.ts";
import { startCopy, stopCopy } from "#lib/adapters/postgresql/copy-server.ts";
import { dumpTo, type Dumped } from "#lib/adapters/postgresql/dump.ts";
import { fileFault, requireRoom, smallFile } from "#lib/adapters/postgresql/file-print.ts";
import { postgresMoment } from "#lib/adapters/postgresql/names.ts";
import type { Cluster, Recovery, Settings } from "#lib/adapters/postgresql/schema.ts";
import type { Context, Sql } from "#lib/adapters/postgresql/server.ts";
import { runTool, toolPath } from "#lib/adapters/postgresql/tools.ts";
import { Fault } from "#lib/domain/errors.ts";

type Asked = { source: Cluster; rollback: string; major: number };
const markFile = "lastgood-copy";

/**
 * Recovers the cluster to a moment in a folder of its own, on a socket of its own, dumps the one database from there,
 * and hands the dump to `restore`. The cluster that runs is not touched; the copy is stopped and removed, whatever happens,
 * at the latest by the next attempt. Throws Fault.
 */
export async function recoverDump<T>(
  ctx: Context,
  sql: Sql,
  asked: Asked,
  restore: (dump: Dumped) => Promise<T>,
): Promise<T> {
  const recovery = requireRecovery(ctx.settings);
  const copy = path.join(recovery.folder, `lastgood-${asked.rollback}`);
  await removeCopy(ctx, recovery, copy, asked.major);
  await requireMode(recovery);
  await archiveNow(ctx, sql);
  const [row] = await sql.rows<{ size: string }>(
    "SELECT sum(pg_database_size(oid))::text AS size FROM pg_database",
  );
  await requireRoom(recovery.folder, Number(row?.size ?? 0));
  await asRunner(ctx, recovery, "/usr/bin/mkdir", ["-m", "0700", copy]);
  await asRunner(ctx, recovery, "/usr/bin/touch", [path.join(copy, markFile)]);
  // A folder of its own for each attempt: what a dead one still writes, it writes elsewhere.
  const data = path.join(copy, randomBytes(4).toString("hex"));
  try {
    ctx.log(`Recovering ${asked.source.label} in ${data}.`);
    await (recovery.by === "pgbackrest"
      ? restorePgbackrest(ctx, recovery, asked.source, data)
      : copyBase(ctx, recovery, asked.source, data));
    const place = await startCopy(ctx, recovery, { data, source: asked.source, major: asked.major });
    const { database } = ctx.settings;
    const file = path.join(ctx.settings.dumpFolder, `recovered-${database}-${asked.rollback}.dump`);
    await rm(file, { force: true });
    const dump = await dumpTo(ctx, { place, database, file, major: asked.major, hasRoomCheck: true });
    await stopCopy(ctx, recovery, data, asked.major);
    await rm(data, { recursive: true, force: true });
    const restored = await restore(dump);
    await rm(file, { force: true });
    await rm(`${file}.json`, { force: true });
    return restored;
  } finally {
    if (!ctx.signal.aborted) await removeCopy(ctx, recovery, copy, asked.major);
  }
}

/** What can be said of a cluster's backup without recovering it: it is there, whole, and the log reaches the moment. */
export async function clusterEvidence(ctx: Context, source: Cluster): Promise<Evidence[]> {
  const recovery = requireRecovery(ctx.settings);
  const found = (await clusterBackups(ctx, recovery)).find((one) => one.label === source.label);
  if (found === undefined)
    throw new Fault(
      "permanent",
      "BACKUP_MISSING",
      `The backup ${source.label} is not there any more.`,
      "Choose another version, or make a new plan.",
    );
  const list = [evidence("Backup", true, `${found.label} ended at ${found.endedAt} and has no page error.`)];
  if (recovery.by === "pgbackrest") {
    const said = await runPgbackrest(
      ctx,
      recovery,
      ["--log-level-console=warn", "verify"],
      recovery.recoverySeconds,
    );
    const isClean = !/\b(?:ERROR|WARN|missing|checksum invalid|invalid)\b/i.test(
      said.replace(/(?:missing|checksum invalid|size invalid|other): 0/gi, ""),
    );
    list.push(
      evidence(
        "Every file of the repository, and the log without a gap",
        isClean,
        isClean ? "pgbackrest verify found nothing wrong." : ctx.redact(said).slice(0, 500),
      ),
    );
    return list;
  }
  await runTool(ctx, toolPath(ctx, "pg_verifybackup", null), {
    arguments: ["--quiet", "--no-parse-wal", path.join(recovery.backups, found.label)],
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
    seconds: recovery.recoverySeconds,
    runAs: recovery.runAs,
  });
  list.push(evidence("Every file of the backup", true, "pg_verifybackup found nothing wrong."));
  const last = await newestLog(recovery.archive);
  const isReached = source.moment === null || (last !== null && last >= Date.parse(source.moment));
  list.push(
    evidence(
      "Log up to the moment",
      true,
      isReached
        ? `The archive reaches to ${last === null ? "its end" : new Date(last).toISOString()}.`
        : "The archive does not reach to the moment yet; the rest is archived when the recovery begins.",
    ),
  );
  return list;
}

async function newestLog(archive: string): Promise<number | null> {
  const names = await readdir(archive).catch((error: unknown) => {
    throw fileFault(error, archive, "read");
  });
  const times = await Promise.all(
    names
      .filter((name) => /^[0-9A-F]{24}$/.test(name))
      .toSorted()
      .slice(-3)
      .map(async (name) => (await stat(path.join(archive, name))).mtimeMs),
  );
  return times.length === 0 ? null : Math.max(...times);
}

/** The log of the last moments is still with the server: has it archived, and waits until it is. */
async function archiveNow(ctx: Context, sql: Sql): Promise<void> {
  try {
    const [row] = await sql.rows<{ file: string }>("SELECT pg_walfile_name(pg_switch_wal()) AS file");
    for (let attempt = 0; attempt < 300; attempt++) {
      const [last] = await sql.rows<{ file: string | null }>(
        "SELECT last_archived_wal AS file FROM pg_stat_archiver",
      );
      if (row !== undefined && (last?.file ?? "").slice(0, 24) >= row.file) return;
      await sql.rows("SELECT pg_sleep(0.1)");
    }
    ctx.log("The server has not archived its last log within 30 s; going on with what is archived.");
  } catch (error) {
    // A role that may not switch the log can still recover what is archived; if that is too little, recovery says so.
    if (!(error instanceof Fault) || error.code !== "PERMISSION_MISSING") throw error;
    ctx.log("The role may not have the log archived at once; going on with what is archived.");
  }
}

type Pgbackrest = Extract<Recovery, { by: "pgbackrest" }>;

async function restorePgbackrest(
  ctx: Context,
  recovery: Pgbackrest,
  source: Cluster,
  data: string,
): Promise<void> {
  await asRunner(ctx, recovery, "/usr/bin/mkdir", ["-m", "0700", data]);
  const target =
    source.moment === null
      ? ["--type=immediate"]
      : ["--type=time", `--target=${postgresMoment(source.moment)}`];
  await runPgbackrest(
    ctx,
    recovery,
    [
      `--pg1-path=${data}`,
      `--set=${source.label}`,
      ...target,
      "--target-action=promote",
      "--archive-mode=off",
      `--lock-path=${path.dirname(data)}`,
      "--log-level-console=warn",
      "--log-level-file=off",
      "restore",
    ],
    recovery.recoverySeconds,
  );
}

async function copyBase(
  ctx: Context,
  recovery: Extract<Recovery, { by: "base-backup" }>,
  source: Cluster,
  data: string,
): Promise<void> {
  const from = path.join(recovery.backups, source.label);
  if ((await readdir(path.join(from, "pg_tblspc")).catch(() => [])).length > 0)
    throw new Fault(
      "permanent",
      "TABLESPACES",
      `${source.label} has tablespaces, and a copy of it would write into those of the running cluster.`,
      "Use pgBackRest, which places them elsewhere.",
    );
  await asRunner(ctx, recovery, "/usr/bin/cp", ["-a", "--reflink=auto", from, data]);
  await asRunner(ctx, recovery, "/usr/bin/chmod", ["0700", data]);
}

function requireRecovery({ recovery }: Settings): Recovery {
  if (recovery !== undefined) return recovery;
  throw new Fault(
    "permanent",
    "NO_RECOVERY",
    "This target has no way to recover a cluster.",
    "Set recovery.",
  );
}

/** PostgreSQL refuses to run as root. */
function requireMode(recovery: Recovery): Promise<void> {
  if (process.getuid?.() !== 0 || recovery.runAs !== undefined) return Promise.resolve();
  throw new Fault(
    "permanent",
    "RUN_AS_NEEDED",
    "The worker runs as root, and PostgreSQL does not.",
    "Set recovery.runAs to the user that runs PostgreSQL, such as postgres.",
  );
}

async function asRunner(
  ctx: Context,
  recovery: Recovery,
  program: string,
  words: readonly string[],
): Promise<void> {
  await runTool(ctx, program, {
    arguments: words,
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
    seconds: recovery.recoverySeconds,
    runAs: recovery.runAs,
  });
}

/** Stops and removes what an attempt left; a folder without our mark is somebody else's. */
async function removeCopy(ctx: Context, recovery: Recovery, copy: string, major: number): Promise<void> {
  const names = await readdir(copy).catch((error: unknown) => {
    const fault = fileFault(error, copy, "read");
    if (fault.code === "NOT_THERE") return null;
    throw fault;
  });
  if (names === null) return;
  if (names.length > 0 && !names.includes(markFile))
    throw new Fault("permanent", "NAME_TAKEN", `${copy} is there, and no rollback made it.`, "Move it away.");
  for (const name of names.filter((one) => /^[0-9a-f]{8}$/.test(one))) {
    const data = path.join(copy, name);
    if ((await smallFile(path.join(data, "postmaster.pid"))) !== null)
      await stopCopy(ctx, recovery, data, major);
  }
  await rm(copy, { recursive: true, force: true, maxRetries: 5 });
}
