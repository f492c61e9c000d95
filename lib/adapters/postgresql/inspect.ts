import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Evidence, FoundVersion, Identity, Inspection, ToolFound } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { manifestOf } from "#lib/adapters/postgresql/backup.ts";
import { inCatalog, majorVersion, ownDatabase } from "#lib/adapters/postgresql/catalog.ts";
import { clusterBackups } from "#lib/adapters/postgresql/cluster-backup.ts";
import { fileFault, filePrint, megabytes, requireRoom } from "#lib/adapters/postgresql/file-print.ts";
import { migrationHead } from "#lib/adapters/postgresql/integrity.ts";
import { readComment } from "#lib/adapters/postgresql/mark.ts";
import { ownPlace, withSql, type Context, type Sql } from "#lib/adapters/postgresql/server.ts";
import { findTool, isProgram, runAny } from "#lib/adapters/postgresql/tools.ts";
import { Fault } from "#lib/domain/errors.ts";

const mostShown = 50;

/** The cluster's own number, made by initdb, and the database: it stays when the database is restored and renamed. */
export function identify(ctx: Context): Promise<Identity> {
  return inCatalog(ctx, async (sql) => {
    const [row] = await sql.rows<{ id: string }>(
      "SELECT system_identifier::text AS id FROM pg_control_system()",
    );
    return { kind: "postgresql", id: `${row?.id ?? ""}/${ctx.settings.database}` };
  });
}

export async function inspect(ctx: Context): Promise<Inspection> {
  const { settings } = ctx;
  const { major, found } = await inCatalog(ctx, async (sql) => ({
    major: await majorVersion(sql),
    found: await serverEvidence(ctx, sql),
  }));
  const { recovery } = settings;
  const tools: ToolFound[] = [
    await findTool(ctx, "pg_dump", major),
    await findTool(ctx, "pg_restore", major),
  ];
  if (recovery !== undefined) tools.push(await findTool(ctx, "pg_ctl", major));
  if (recovery?.by === "pgbackrest") tools.push(await pgbackrest(ctx));
  const own = await ownDatabase(ctx);
  const head = own.isOpen ? await withSql(ctx, ownPlace(ctx), settings.database, migrationHead) : null;
  const current: FoundVersion | null =
    head === null
      ? null
      : { version: head, deployedAt: null, artifacts: { migrationHead: head }, detail: `migration ${head}` };
  const history: FoundVersion[] = current === null ? [] : [current];
  for (const part of [dumps, clusters])
    try {
      history.push(...(await part(ctx)));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      found.push(evidence("Backups", false, `${error.message} ${error.advice}`));
    }
  found.push(
    await requireRoom(settings.dumpFolder, 0).then(
      (free) =>
        evidence("Folder of emergency dumps", true, `${settings.dumpFolder} has ${megabytes(free)} free.`),
      (error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        return evidence("Folder of emergency dumps", false, `${error.message} ${error.advice}`);
      },
    ),
  );
  return { tools, evidence: found, current, history };
}

async function serverEvidence(ctx: Context, sql: Sql): Promise<Evidence[]> {
  const { database, host, port } = ctx.settings;
  const [server] = await sql.rows<{ version: string; standby: boolean; size: string; superuser: boolean }>(
    `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby, rolsuper AS superuser,
       coalesce((SELECT pg_database_size(oid) FROM pg_database WHERE datname = $1), 0)::text AS size
     FROM pg_roles WHERE rolname = current_user`,
    [database],
  );
  const [may] = await sql.rows<{ owns: boolean; creates: boolean; signals: boolean }>(
    `SELECT pg_has_role(datdba, 'MEMBER') AS owns,
       (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user) AS creates,
       pg_has_role('pg_signal_backend', 'MEMBER') AS signals
     FROM pg_database WHERE datname = $1`,
    [database],
  );
  if (server === undefined || may === undefined)
    return [evidence("Database", false, `There is no database ${database} at ${host}:${port}.`)];
  const lacks = [
    ...(may.owns ? [] : [`membership in the role that owns ${database}`]),
    ...(may.creates ? [] : ["CREATEDB"]),
    ...(may.signals || server.superuser ? [] : ["pg_signal_backend"]),
  ];
  const marked = await sql.rows<{ name: string; comment: string }>(
    "SELECT datname AS name, shobj_description(oid, 'pg_database') AS comment FROM pg_database ORDER BY 1",
  );
  const left = marked.flatMap(({ name, comment }) => {
    const { mark } = readComment(comment);
    return mark === null || name === database ? [] : [`${name} (${mark.role}, ${mark.at})`];
  });
  return [
    evidence(
      "Server",
      !server.standby,
      `PostgreSQL ${server.version} answers; ${database} has ${megabytes(Number(server.size))}.${server.standby ? " It is a standby: name the primary." : ""}`,
    ),
    evidence(
      "Permissions",
      lacks.length === 0,
      lacks.length === 0 ? "The role has what it needs." : `The role lacks ${lacks.join(", ")}.`,
    ),
    ...(left.length === 0
      ? []
      : [evidence("Databases that rollbacks have left", true, `${left.join(", ")}.`)]),
  ];
}

/** Newest first, by when they were written; no more than the newest are shown. */
async function dumps(ctx: Context): Promise<FoundVersion[]> {
  const { backupFolder } = ctx.settings;
  if (backupFolder === undefined) return [];
  const names = await readdir(backupFolder).catch((error: unknown) => {
    throw fileFault(error, backupFolder, "read");
  });
  const found: { name: string; at: number; bytes: number }[] = [];
  for (const name of names.filter((one) => !/\.(?:json|sha256)$|^\./.test(one))) {
    const print = await filePrint(path.join(backupFolder, name)).catch(() => null);
    if (print !== null) found.push({ name, at: print.mtimeMs, bytes: print.bytes });
  }
  const newest = found.toSorted((a, b) => b.at - a.at).slice(0, mostShown);
  return Promise.all(
    newest.map(async ({ name, at, bytes }) => {
      const manifest = await manifestOf(path.join(backupFolder, name));
      return {
        version: name,
        deployedAt: manifest?.takenAt ?? new Date(at).toISOString(),
        artifacts: { backup: name },
        detail: `dump ${name}, ${megabytes(bytes)}${manifest === null ? "" : ", with a manifest"}`,
      };
    }),
  );
}

async function clusters(ctx: Context): Promise<FoundVersion[]> {
  const { recovery } = ctx.settings;
  if (recovery === undefined) return [];
  const all = await clusterBackups(ctx, recovery);
  return all
    .toReversed()
    .slice(0, mostShown)
    .map(({ label, endedAt }) => ({
      version: label,
      deployedAt: endedAt,
      artifacts: { backup: label },
      detail: `backup of the cluster ${label}; any later moment of the archived log can be named too`,
    }));
}

async function pgbackrest(ctx: Context): Promise<ToolFound> {
  const { pgbackrestPath } = ctx.settings;
  if (!isProgram(pgbackrestPath))
    return {
      name: "pgbackrest",
      missing: `There is no ${pgbackrestPath}: install pgbackrest, or set pgbackrestPath.`,
    };
  const { output } = await runAny(ctx, pgbackrestPath, {
    arguments: ["version"],
    environment: { PATH: "/usr/bin:/bin" },
    seconds: 10,
  });
  return { name: "pgbackrest", path: pgbackrestPath, version: /(\d+(?:\.\d+)+)/.exec(output)?.[1] ?? "" };
}
