import path from "node:path";
import { z } from "zod";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import { parseJson } from "#lib/adapters/json-path.ts";
import { clusterSource } from "#lib/adapters/postgresql/cluster-backup.ts";
import { fileHash, filePrint, smallFile } from "#lib/adapters/postgresql/file-print.ts";
import { dumpFile } from "#lib/adapters/postgresql/names.ts";
import { Rows } from "#lib/adapters/postgresql/schema.ts";
import type { Dump, Source } from "#lib/adapters/postgresql/schema.ts";
import type { Context } from "#lib/adapters/postgresql/server.ts";
import { runTool, toolPath } from "#lib/adapters/postgresql/tools.ts";
import { Fault } from "#lib/domain/errors.ts";

/** Beside a dump, as `<file>.json`: what it holds. The emergency dump has one; a team's own backup may. */
export const Manifest = z.object({
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  takenAt: z.iso.datetime({ offset: true }).optional(),
  rows: Rows.optional(),
});
export type Manifest = z.output<typeof Manifest>;

const fileName = /^(?!\.)[A-Za-z0-9][A-Za-z0-9._+-]{0,200}$/;

/** The backup that the deployment record names, as it is now; never "the newest". Looks only. Throws Fault `permanent`. */
export async function namedBackup(ctx: Context, request: PlanRequest, major: number): Promise<Source> {
  const named = request.to.artifacts.backup;
  if (named === null)
    throw new Fault(
      "permanent",
      "NO_BACKUP",
      `The deployment of ${request.to.version} names no backup.`,
      "Report the deployment with the name of its backup, or leave the database out of the scope.",
    );
  const cluster = await clusterSource(ctx, named);
  return cluster ?? (await dumpSource(ctx, named, request.rollback, major));
}

/** How a backup is told from any other, in marks and sentences. */
export function sourceName(source: Source): string {
  if (source.kind === "dump") return `${path.basename(source.file)} sha256:${source.sha256}`;
  return `${source.by} ${source.label}${source.moment === null ? "" : ` @ ${source.moment}`}`;
}

export function shownSource(source: Source): string {
  if (source.kind === "dump") return path.basename(source.file);
  return source.moment === null ? source.label : `the state of ${source.moment}`;
}

async function dumpSource(ctx: Context, named: string, rollback: string, major: number): Promise<Dump> {
  const { backupFolder } = ctx.settings;
  if (!fileName.test(named) || named.includes(".."))
    throw new Fault(
      "permanent",
      "INVALID_BACKUP",
      "The backup in the deployment record is no file name, no pgBackRest label and no moment.",
      "Name a file of the backup folder, a label such as 20260102-030405F, or a moment such as 2026-01-02T03:04:05Z.",
    );
  if (backupFolder === undefined)
    throw new Fault(
      "permanent",
      "NO_BACKUP_FOLDER",
      "The deployment names a dump, and this target has no folder of dumps.",
      "Set backupFolder in the settings.",
    );
  const file = path.join(backupFolder, named);
  const print = await filePrint(file);
  if (print === null)
    throw new Fault(
      "permanent",
      "BACKUP_MISSING",
      `The backup ${named} is not there: ${file}.`,
      "Put it back there, or choose a version whose backup was kept.",
    );
  const header = await readHeader(ctx, file, major);
  const { database, backupOf = database } = ctx.settings;
  if (header.database !== backupOf)
    throw new Fault(
      "permanent",
      "OTHER_DATABASE",
      `${named} is a backup of the database ${header.database}, not of ${backupOf}.`,
      "Name the right backup in the deployment record; set backupOf if the database had another name.",
    );
  const manifest = await manifestOf(file);
  const known =
    manifest?.sha256 ?? /^[0-9a-f]{64}(?=\s|$)/.exec((await smallFile(`${file}.sha256`)) ?? "")?.[0];
  const sha256 = known ?? (await fileHash(file, ctx.signal));
  const emergency = await manifestOf(dumpFile(ctx.settings, rollback));
  if (emergency?.sha256 === sha256)
    throw new Fault(
      "permanent",
      "EMERGENCY_DUMP",
      `${named} is the emergency dump of this rollback: it holds the very state that is to be left.`,
      "Name the backup from before the trouble.",
    );
  const takenAt = manifest?.takenAt ?? zonedTime(header.created, ctx.settings.backupTimeZone);
  if (Date.parse(takenAt) > Date.now() + 60_000)
    throw new Fault(
      "permanent",
      "BACKUP_FROM_THE_FUTURE",
      `${named} says that it was taken at ${takenAt}, which has not come yet.`,
      "Correct backupTimeZone in the settings: a dump holds the local time of where it was taken.",
    );
  return {
    kind: "dump",
    file,
    bytes: print.bytes,
    sha256,
    takenAt: new Date(takenAt).toISOString(),
    rows: manifest?.rows ?? null,
  };
}

/** The file is the one that was signed: same size, same content. Reads all of it. Throws Fault `permanent`. */
export async function requireSame(ctx: Context, dump: Dump): Promise<void> {
  const print = await filePrint(dump.file);
  if (print === null)
    throw new Fault("permanent", "BACKUP_MISSING", `${dump.file} is not there any more.`, "Put it back.");
  const sha256 = await fileHash(dump.file, ctx.signal, true);
  if (sha256 === dump.sha256) return;
  throw new Fault(
    "permanent",
    "BACKUP_CORRUPT",
    `${dump.file} is not what its checksum says: ${sha256.slice(0, 12)}…, not ${dump.sha256.slice(0, 12)}… (${print.bytes} of ${dump.bytes} bytes).`,
    "Do not restore it. Choose another backup, or find out who changed this one.",
  );
}

export async function manifestOf(file: string): Promise<Manifest | null> {
  const text = await smallFile(`${file}.json`);
  return text === null ? null : (Manifest.safeParse(parseJson(text)).data ?? null);
}

type Header = { database: string; created: string; entries: number; from: string };

/** What the head of an archive tells; pg_restore reads its table of contents. Throws Fault `permanent`. */
export async function readHeader(ctx: Context, file: string, major: number): Promise<Header> {
  const output = await runTool(ctx, toolPath(ctx, "pg_restore", major), {
    arguments: ["--list", file],
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", TZ: "UTC" },
    seconds: 60,
  });
  const of = (pattern: RegExp): string => pattern.exec(output)?.[1]?.trim() ?? "";
  const created = of(/^; Archive created at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/m);
  if (created === "")
    throw new Fault(
      "permanent",
      "NOT_A_BACKUP",
      `${path.basename(file)} is no archive of pg_dump.`,
      "Take backups with pg_dump -Fc.",
    );
  return {
    database: of(/^;\s+dbname: (.*)$/m),
    created,
    entries: Number(of(/^;\s+TOC Entries: (\d+)/m)),
    from: of(/^;\s+Dumped from database version: (\S+)/m),
  };
}

/** A local time such as `2026-03-29 01:30:00` of a zone, as RFC 3339 in UTC; of two it may mean, the earlier. */
export function zonedTime(local: string, timeZone: string): string {
  const wanted = Date.parse(`${local.replace(" ", "T")}Z`);
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  const offsets = [-24, 0, 24].map((hours) => {
    const at = wanted + hours * 3_600_000;
    return Date.parse(`${format.format(at).replace(" ", "T")}Z`) - at;
  });
  const exact = offsets.map((offset) => wanted - offset).filter((at) => format.format(at) === local);
  return new Date(Math.min(...(exact.length > 0 ? exact : [wanted - Math.max(...offsets)]))).toISOString();
}
