import path from "node:path";
import type { PlanRequest } from "#lib/adapters/contract.ts";
import { Revision } from "#lib/adapters/env-file/schema.ts";
import type { Settings } from "#lib/adapters/env-file/schema.ts";
import { readPlainFile } from "#lib/adapters/plain-file.ts";
import type { PlainFile } from "#lib/adapters/plain-file.ts";
import { Fault } from "#lib/domain/errors.ts";

/** The configuration revision that the deployment record names; never "the newest". Throws Fault `permanent`. */
export function revisionOf(request: PlanRequest): string {
  const revision = request.to.artifacts.configurationRevision;
  if (revision === null)
    throw new Fault(
      "permanent",
      "NO_REVISION",
      `The deployment of ${request.to.version} names no configuration revision.`,
      "Report the deployment with configurationRevision, or leave the configuration out of the scope.",
    );
  if (!Revision.safeParse(revision).success)
    throw new Fault(
      "permanent",
      "INVALID_REVISION",
      "The configuration revision in the deployment record cannot be part of a file name.",
      "A revision is letters, digits, dots, hyphens, underscores and plus signs.",
    );
  return revision;
}

/** Where the stored file of a revision is. */
export function backupPath(settings: Settings, revision: string): string {
  const named = settings.backups;
  const path_ = named !== undefined && Object.hasOwn(named, revision) ? named[revision] : undefined;
  if (path_ !== undefined) return path_;
  const file = path.basename(settings.path);
  const parts: Record<string, string> = { "{file}": file, "{revision}": revision };
  const name = settings.backupName.replace(/\{file\}|\{revision\}/g, (part) => parts[part] ?? part);
  return path.join(storeFolder(settings), name);
}

/** Where replaced files are kept and restarts are noted. */
export const storeFolder = (settings: Settings): string => settings.backupDir ?? path.dirname(settings.path);

/** The stored file itself. Throws Fault `permanent` BACKUP_MISSING. */
export async function readBackup(file: string, revision: string): Promise<PlainFile> {
  const backup = await readPlainFile(file);
  if (backup !== null) return backup;
  throw new Fault(
    "permanent",
    "BACKUP_MISSING",
    `There is no stored configuration ${revision}: ${file} is not there.`,
    "Put the file there, or choose a version whose configuration was kept.",
  );
}
