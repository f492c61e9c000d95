import fs from "node:fs";
import path from "node:path";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { readIdentity, takeLock } from "#lib/platform/folder-lock.ts";
import { hasEndedWithin, isRunning, type ProcessIdentity, signal } from "#lib/platform/process-identity.ts";

export type DataFolder = {
  /** Whether the run before this one was cut off rather than stopped. */
  wasCutOff: boolean;
  /** What that run left running, by name. */
  leftovers: ReadonlyMap<string, ProcessIdentity>;
  release: () => void;
};

/** A run that was told to stop needs a moment to leave. */
const leavingMs = 6000;

/** Makes the folder where needed and takes it for this process alone. Throws ConfigurationFault. */
export async function takeDataFolder(dataFolder: string): Promise<DataFolder> {
  prepare(dataFolder);
  const file = path.join(dataFolder, "up.lock");
  const last = readIdentity(file);
  const wasCutOff = last !== undefined && !isRunning(last);
  let taken = takeLock(file);
  if ("holder" in taken) {
    await hasEndedWithin(taken.holder, leavingMs);
    taken = takeLock(file);
  }
  if ("holder" in taken) {
    throw new ConfigurationFault(
      `Lastgood already runs on ${dataFolder} (process ${taken.holder.pid}); stop it, or set LASTGOOD_DATA to another folder.`,
    );
  }
  return { wasCutOff, leftovers: leftoversIn(dataFolder), release: taken.release };
}

/** Notes which process runs under a name, so that a later run can find it should this one be killed. */
export function noteProcess(dataFolder: string, name: string, identity: ProcessIdentity): void {
  fs.mkdirSync(processFolder(dataFolder), { recursive: true });
  fs.writeFileSync(path.join(processFolder(dataFolder), name), JSON.stringify(identity));
}

export function forgetProcess(dataFolder: string, name: string): void {
  fs.rmSync(path.join(processFolder(dataFolder), name), { force: true });
}

/** Ends what an earlier run left behind: politely, then not. */
export async function endLeftovers(dataFolder: string, leftovers: DataFolder["leftovers"]): Promise<void> {
  await Promise.all(
    [...leftovers].map(async ([name, identity]) => {
      signal(identity, "SIGTERM");
      if (!(await hasEndedWithin(identity, 3000))) {
        signal(identity, "SIGKILL");
        await hasEndedWithin(identity, 3000);
      }
      forgetProcess(dataFolder, name);
    }),
  );
}

const processFolder = (dataFolder: string): string => path.join(dataFolder, "processes");

function leftoversIn(dataFolder: string): Map<string, ProcessIdentity> {
  const found = new Map<string, ProcessIdentity>();
  if (!fs.existsSync(processFolder(dataFolder))) return found;
  for (const name of fs.readdirSync(processFolder(dataFolder))) {
    const identity = readIdentity(path.join(processFolder(dataFolder), name));
    if (identity !== undefined && isRunning(identity)) found.set(name, identity);
    else forgetProcess(dataFolder, name);
  }
  return found;
}

function prepare(dataFolder: string): void {
  const probe = path.join(dataFolder, `.probe-${process.pid}`);
  try {
    makeFolder(dataFolder);
    fs.writeFileSync(probe, "");
    fs.rmSync(probe);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new ConfigurationFault(
      `The data folder ${dataFolder} cannot be written (${code}); make it writable, or set LASTGOOD_DATA to another folder.`,
      { cause: error },
    );
  }
}

/** Not `recursive`: below /proc and its like, Node then tries for ever. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  // As root, the account that runs PostgreSQL has to pass through.
  fs.mkdirSync(folder, { mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}
