import { readdir } from "node:fs/promises";
import path from "node:path";
import type { AdapterContext, Inspection } from "#lib/adapters/contract.ts";
import { backupPath, storeFolder } from "#lib/adapters/env-file/backup.ts";
import { Revision } from "#lib/adapters/env-file/schema.ts";
import type { Settings } from "#lib/adapters/env-file/schema.ts";
import { evidence } from "#lib/adapters/evidence.ts";
import { readPlainFile } from "#lib/adapters/plain-file.ts";
import { Fault } from "#lib/domain/errors.ts";

const mostRevisions = 200;

/** The file, and the revisions that are stored for it; the one in place is told by its content. Throws Fault. */
export async function inspect({ settings }: AdapterContext<Settings>): Promise<Inspection> {
  const present = await readPlainFile(settings.path);
  if (present === null)
    throw new Fault(
      "permanent",
      "FILE_MISSING",
      `${settings.path} is not there.`,
      "Correct the path, or run the worker on the machine that has the file.",
    );
  const stored = await Promise.all(
    (await revisions(settings)).map(async (revision) => ({
      revision,
      file: await readPlainFile(backupPath(settings, revision)),
    })),
  );
  const found = stored
    .flatMap(({ revision, file }) => (file === null ? [] : [{ revision, file }]))
    .toSorted((a, b) => b.file.stat.mtimeMs - a.file.stat.mtimeMs);
  const history = found.map(({ revision }) => ({
    version: revision,
    deployedAt: null,
    artifacts: { configurationRevision: revision },
    detail: backupPath(settings, revision),
  }));
  const running = found.findIndex(({ file }) => file.sha256 === present.sha256);
  return {
    tools: [],
    evidence: [
      evidence("The file", true, `${settings.path}, ${present.stat.size} bytes.`),
      evidence(
        "Stored revisions",
        found.length > 0,
        found.length > 0
          ? `${found.length} in ${storeFolder(settings)}.`
          : `None in ${storeFolder(settings)}: there is nothing to go back to yet.`,
      ),
    ],
    current: history[running] ?? null,
    history,
  };
}

/** Revisions by name, from the settings and from the names of the stored files. */
async function revisions(settings: Settings): Promise<string[]> {
  const [before = "", after = ""] = settings.backupName
    .replaceAll("{file}", path.basename(settings.path))
    .split("{revision}");
  const names = await readdir(storeFolder(settings)).catch((error: unknown): string[] => {
    // A folder that is not there yet holds no revisions; any other trouble shows when the plan is made.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const named = names.flatMap((name) =>
    name.startsWith(before) && name.endsWith(after)
      ? [name.slice(before.length, name.length - after.length)]
      : [],
  );
  const all = new Set([...Object.keys(settings.backups ?? {}), ...named]);
  return [...all].filter((one) => Revision.safeParse(one).success).slice(0, mostRevisions);
}
