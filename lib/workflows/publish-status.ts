import { config } from "#lib/platform/config.ts";
import { writeStatusFile } from "#lib/platform/status-file.ts";
import { statusSnapshot } from "#lib/queries/status/snapshot.ts";

/** Publishes what the public may know, for the status process to serve without database, worker or web. */
export async function publishStatus(): Promise<void> {
  await writeStatusFile(config().dataFolder, await statusSnapshot(new Date()));
}
