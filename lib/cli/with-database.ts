import os from "node:os";
import type { SystemActor } from "#lib/domain/actor.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { writeCheckpoint } from "#lib/platform/audit/write-checkpoint.ts";
import { prepareDatabase } from "#lib/processes/prepare-database.ts";

/**
 * Runs one command against the database of this installation, whether or not anything else of it is running; the
 * embedded server is started for as long as it takes. The actor says who of this machine runs it.
 */
export async function withDatabase<R>(work: (actor: SystemActor) => Promise<R>): Promise<R> {
  // Standard output belongs to the command.
  process.env.LASTGOOD_LOG_LEVEL = "silent";
  const database = await prepareDatabase();
  try {
    return await work({ kind: "system", id: "cli", ranBy: whoRuns() });
  } finally {
    await database.close();
  }
}

/** As withDatabase, for what changes something: the record is signed right away, because nobody else may be running. */
export async function changingDatabase<R>(work: (actor: SystemActor) => Promise<R>): Promise<R> {
  return withDatabase(async (actor) => {
    const result = await work(actor);
    try {
      await writeCheckpoint();
    } catch (error) {
      if (!(error instanceof ConfigurationFault)) throw error;
      process.stderr.write(`It is done and recorded, but not signed: ${error.message}\n`);
    }
    return result;
  });
}

function whoRuns(): string {
  return `${userName()}@${os.hostname()}`;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run as a number without a name.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
