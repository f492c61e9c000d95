import { readdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { parseJson } from "#lib/adapters/json-path.ts";
import { fileFault, filePrint, smallFile } from "#lib/adapters/postgresql/file-print.ts";
import type { Cluster, Recovery } from "#lib/adapters/postgresql/schema.ts";
import type { Context } from "#lib/adapters/postgresql/server.ts";
import { isProgram, runTool } from "#lib/adapters/postgresql/tools.ts";
import { Fault } from "#lib/domain/errors.ts";

/** A backup of the whole cluster. Times in RFC 3339. */
export type ClusterBackup = { label: string; startedAt: string; endedAt: string; isBad: boolean };

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/;
const label = /^(?!\.)[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/;
const pgbackrestLabel = /^\d{8}-\d{6}F(?:_\d{8}-\d{6}[DI])?$/;

const Info = z.array(
  z.object({
    status: z.object({ code: z.number(), message: z.string() }),
    backup: z
      .array(
        z.object({
          label: z.string(),
          error: z.boolean().nullish(),
          timestamp: z.object({ start: z.number(), stop: z.number() }),
        }),
      )
      .default([]),
  }),
);

/**
 * What `<moment>`, `<label>` or `<label>@<moment>` names, with the backup that recovery begins with; null: it has none
 * of these forms. Looks only. Throws Fault `permanent`.
 */
export async function clusterSource(ctx: Context, named: string): Promise<Cluster | null> {
  const at = named.indexOf("@");
  const wantedMoment = moment.test(named) ? named : at > 0 ? named.slice(at + 1) : null;
  const wantedLabel = moment.test(named) ? null : at > 0 ? named.slice(0, at) : named;
  const { recovery } = ctx.settings;
  if (wantedMoment === null && !isLabel(recovery, named)) return null;
  if (wantedMoment !== null && (!moment.test(wantedMoment) || Number.isNaN(Date.parse(wantedMoment))))
    return null;
  if (recovery === undefined)
    throw new Fault(
      "permanent",
      "NO_RECOVERY",
      "The deployment names a moment or a backup of the whole cluster, and this target has no way to recover one.",
      "Set recovery in the settings, or name a dump.",
    );
  if (wantedMoment !== null && Date.parse(wantedMoment) > Date.now())
    throw new Fault(
      "permanent",
      "MOMENT_TO_COME",
      `${wantedMoment} has not come yet.`,
      "Name a moment in the past.",
    );
  const backups = await clusterBackups(ctx, recovery);
  const found =
    wantedLabel === null
      ? backups.findLast((one) => wantedMoment !== null && Date.parse(one.endedAt) < Date.parse(wantedMoment))
      : backups.find((one) => one.label === wantedLabel);
  if (found === undefined)
    throw new Fault(
      "permanent",
      "BACKUP_MISSING",
      wantedLabel === null
        ? `No backup of the cluster ended before ${wantedMoment ?? "that moment"}.`
        : `There is no backup ${wantedLabel}; there are ${backups.map((one) => one.label).join(", ") || "none"}.`,
      "Choose another version, or a moment after the first backup.",
    );
  if (wantedMoment !== null && Date.parse(found.endedAt) >= Date.parse(wantedMoment))
    throw new Fault(
      "permanent",
      "MOMENT_TOO_EARLY",
      `The backup ${found.label} ended at ${found.endedAt}, after ${wantedMoment}: it cannot lead there.`,
      "Name an earlier backup.",
    );
  return {
    kind: "cluster",
    by: recovery.by,
    label: found.label,
    moment: wantedMoment === null ? null : withMicroseconds(wantedMoment),
    takenAt: new Date(wantedMoment ?? found.endedAt).toISOString(),
  };
}

/** The backups of the cluster, oldest first; those with page errors are left out. Throws Fault. */
export async function clusterBackups(ctx: Context, recovery: Recovery): Promise<ClusterBackup[]> {
  const all = recovery.by === "pgbackrest" ? await fromPgbackrest(ctx, recovery) : await fromFolder(recovery);
  return all.filter((one) => !one.isBad).toSorted((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt));
}

type Pgbackrest = Extract<Recovery, { by: "pgbackrest" }>;
type BaseBackup = Extract<Recovery, { by: "base-backup" }>;

export function runPgbackrest(
  ctx: Context,
  recovery: Pgbackrest,
  words: readonly string[],
  seconds: number,
): Promise<string> {
  const { pgbackrestPath } = ctx.settings;
  if (!isProgram(pgbackrestPath))
    throw new Fault(
      "permanent",
      "TOOL_MISSING",
      `There is no ${pgbackrestPath}.`,
      "Install pgbackrest on the worker's machine, or set pgbackrestPath.",
    );
  return runTool(ctx, pgbackrestPath, {
    arguments: [`--config=${recovery.config}`, `--stanza=${recovery.stanza}`, ...words],
    environment: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", TZ: "UTC" },
    seconds,
    runAs: recovery.runAs,
  });
}

async function fromPgbackrest(ctx: Context, recovery: Pgbackrest): Promise<ClusterBackup[]> {
  const output = await runPgbackrest(ctx, recovery, ["--output=json", "--log-level-console=off", "info"], 30);
  const info = Info.safeParse(parseJson(output.trim()));
  const [stanza] = info.data ?? [];
  if (stanza === undefined || stanza.status.code !== 0)
    throw new Fault(
      "permanent",
      "NO_STANZA",
      `pgBackRest shows nothing for the stanza ${recovery.stanza}: ${stanza?.status.message ?? "its answer cannot be read"}.`,
      "Check recovery.stanza and recovery.config in the settings.",
    );
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
  return stanza.backup.map((one) => ({
    label: one.label,
    startedAt: iso(one.timestamp.start),
    // Whole seconds: the backup may have ended at any moment of that second.
    endedAt: iso(one.timestamp.stop + 1),
    isBad: one.error === true,
  }));
}

async function fromFolder(recovery: BaseBackup): Promise<ClusterBackup[]> {
  const names = await readdir(recovery.backups).catch((error: unknown) => {
    throw fileFault(error, recovery.backups, "read");
  });
  const found: ClusterBackup[] = [];
  for (const name of names.filter((one) => label.test(one))) {
    const folder = path.join(recovery.backups, name);
    const text = await smallFile(path.join(folder, "backup_label")).catch(() => null);
    // Written last.
    const manifest = await filePrint(path.join(folder, "backup_manifest")).catch(() => null);
    if (text === null || manifest === null) continue;
    const startedAt = /^START TIME: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:UTC|GMT)$/m.exec(text)?.[1];
    const endedAt = new Date(manifest.mtimeMs + 1).toISOString();
    found.push({
      label: name,
      startedAt: startedAt === undefined ? endedAt : `${startedAt.replace(" ", "T")}.000Z`,
      endedAt,
      isBad: false,
    });
  }
  return found;
}

function isLabel(recovery: Recovery | undefined, named: string): boolean {
  if (pgbackrestLabel.test(named)) return true;
  return (
    recovery?.by === "base-backup" &&
    label.test(named) &&
    !/\.(?:dump|tar|backup|sql|gz|zst|lz4)$/.test(named)
  );
}

/** In UTC, as PostgreSQL reads it, no digit of the moment lost. */
function withMicroseconds(at: string): string {
  const fraction = /\.(\d{1,6})/.exec(at)?.[1] ?? "";
  const seconds = new Date(Date.parse(at.replace(/\.\d+/, ""))).toISOString().slice(0, 19);
  return `${seconds}.${fraction.padEnd(6, "0")}Z`;
}
