import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Executor, Receipt } from "#lib/adapters/contract.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { manifestOf, readHeader } from "#lib/adapters/postgresql/backup.ts";
import { alone, findDatabases, inCatalog, majorVersion, noSuch } from "#lib/adapters/postgresql/catalog.ts";
import {
  fileFault,
  fileHash,
  filePrint,
  keepAs,
  makePrivate,
  megabytes,
  requireRoom,
  smallFile,
  writeWhole,
} from "#lib/adapters/postgresql/file-print.ts";
import { countRows, shownRows } from "#lib/adapters/postgresql/rows.ts";
import type { Kept, Rows, Settings } from "#lib/adapters/postgresql/schema.ts";
import {
  ownPlace,
  toolEnvironment,
  withSql,
  type Context,
  type Place,
  type Sql,
} from "#lib/adapters/postgresql/server.ts";
import { runTool, toolPath } from "#lib/adapters/postgresql/tools.ts";
import { Fault } from "#lib/domain/errors.ts";
import { parseJson } from "#lib/adapters/json-path.ts";

export type DumpObserved = { state: "none" | "whole" | "other"; bytes: number };

/** Saves the database as it is, under a name that belongs to this rollback; there already and whole is done. */
export const dumpExecutor: Executor<Settings, Kept, DumpObserved> = {
  observe: (_ctx, desired) => look(desired),
  stable: ({ state }) => ({ state }),
  isDone: (_desired, { state }) => state === "whole",
  apply: (ctx, desired) => alone(ctx, (sql) => dump(ctx, sql, desired)),
  verify: async (ctx, { file }) => {
    const manifest = await manifestOf(file);
    const sha256 = await fileHash(file, ctx.signal, true);
    const isSame = sha256 === manifest?.sha256;
    const major = await inCatalog(ctx, majorVersion);
    const header = isSame ? await readHeader(ctx, file, major) : null;
    return [
      evidence(
        "Emergency dump",
        isSame,
        isSame
          ? `${file} has the checksum ${sha256}.`
          : `${file} is not what was written: its checksum differs.`,
      ),
      ...(header === null
        ? []
        : [
            evidence(
              "Table of contents",
              header.entries > 0,
              `${header.entries} entries of ${header.database}.`,
            ),
          ]),
      evidence("Rows", true, `It holds ${shownRows(manifest?.rows ?? {})}.`),
    ];
  },
};

async function look({ file }: Kept): Promise<DumpObserved> {
  const print = await filePrint(file);
  if (print === null) return { state: "none", bytes: 0 };
  const manifest = parseJson((await smallFile(`${file}.json`)) ?? "");
  const isWhole =
    typeof manifest === "object" &&
    manifest !== null &&
    "bytes" in manifest &&
    manifest.bytes === print.bytes;
  return { state: isWhole ? "whole" : "other", bytes: print.bytes };
}

async function dump(ctx: Context, sql: Sql, desired: Kept): Promise<Receipt> {
  const { file } = desired;
  const seen = await look(desired);
  const receipt = (
    changed: boolean,
    summary: string,
    data: Record<string, string | number> = {},
  ): Receipt => ({
    changed,
    summary,
    data: { file, ...data },
  });
  if (seen.state === "whole") return receipt(false, `${file} is there already, whole.`);
  if (seen.state === "other")
    throw new Fault(
      "permanent",
      "DUMP_CHANGED",
      `${file} is there, and is not the dump that this rollback has made. It was left alone.`,
      "See what it is and move it away, then retry.",
    );
  const [found] = await findDatabases(sql, [], [desired.oid]);
  if (found === undefined) throw noSuch(ctx.settings);
  const major = await majorVersion(sql);
  const made = await dumpTo(ctx, {
    place: ownPlace(ctx),
    database: found.name,
    file,
    major,
    hasRoomCheck: true,
  });
  const { sha256, bytes, rows } = made;
  return receipt(true, `${found.name} is saved as ${file} (${megabytes(bytes)}): ${shownRows(rows)}.`, {
    sha256,
    bytes,
  });
}

export type Dumped = { file: string; sha256: string; bytes: number; takenAt: string; rows: Rows };
type DumpRequest = { place: Place; database: string; file: string; major: number; hasRoomCheck: boolean };

/** Dumps a database as of one snapshot, together with how many rows each table has in it. Throws Fault, no file left. */
export async function dumpTo(ctx: Context, request: DumpRequest): Promise<Dumped> {
  const { place, database, file, major, hasRoomCheck } = request;
  const folder = path.dirname(file);
  await removePartials(file);
  return withSql(ctx, place, database, async (sql) => {
    await sql.rows(`SET statement_timeout = '${ctx.settings.dumpSeconds}s'`);
    await sql.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const [began] = await sql.rows<{ snapshot: string; at: string; size: string }>(
      `SELECT pg_export_snapshot() AS snapshot, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
         (SELECT coalesce(sum(pg_table_size(oid)), 0) FROM pg_class WHERE relkind IN ('r', 'm'))::text AS size`,
    );
    // Tables without their indexes; compressed it takes less.
    if (hasRoomCheck) await requireRoom(folder, Number(began?.size ?? 0));
    const partial = `${file}.partial-${randomBytes(4).toString("hex")}`;
    try {
      ctx.log(`Dumping ${database} to ${file}.`);
      await makePrivate(partial);
      await runTool(ctx, toolPath(ctx, "pg_dump", major), {
        arguments: [
          "-Fc",
          "--no-password",
          `--lock-wait-timeout=${ctx.settings.lockSeconds * 1000}`,
          `--snapshot=${began?.snapshot ?? ""}`,
          `--file=${partial}`,
          database,
        ],
        environment: await toolEnvironment(ctx, place),
        seconds: ctx.settings.dumpSeconds,
        isShown: true,
      });
      const rows = await countRows(sql, ctx.settings, []);
      await sql.rows("COMMIT");
      const sha256 = await fileHash(partial, ctx.signal);
      const bytes = (await filePrint(partial))?.bytes ?? 0;
      const made = { sha256, bytes, takenAt: began?.at ?? "", rows };
      // First what tells whether the file is whole, then the file.
      await writeWhole(`${file}.json`, `${JSON.stringify({ database, ...made }, null, 2)}\n`);
      await keepAs(partial, file);
      return { file, ...made };
    } finally {
      await rm(partial, { force: true });
    }
  });
}

/** What attempts that died have left. A program that still writes to such a file writes into nothing. */
async function removePartials(file: string): Promise<void> {
  const folder = path.dirname(file);
  try {
    for (const name of await readdir(folder))
      if (name.startsWith(`${path.basename(file)}.partial-`))
        await rm(path.join(folder, name), { force: true });
  } catch (error) {
    throw fileFault(error, folder, "used");
  }
}
