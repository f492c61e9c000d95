import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { type ProcessIdentity, processIdentity } from "#lib/platform/process-identity.ts";

/** A running PostgreSQL server, as its data folder tells. */
export type Postmaster = { identity: ProcessIdentity; port: number };

const pidFile = (cluster: string): string => path.join(cluster, "postmaster.pid");

/**
 * The server that runs in this data folder. "stale": the folder says there is one, but there is not, because it was
 * killed or the machine went down.
 */
export function runningPostmaster(cluster: string): Postmaster | "stale" | undefined {
  const lines = readLines(pidFile(cluster));
  if (lines === undefined) return undefined;
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  const identity = Number.isInteger(pid) && pid > 0 ? processIdentity(pid) : undefined;
  if (identity === undefined || !worksIn(identity, cluster)) return "stale";
  return { identity, port };
}

/** PostgreSQL itself may take a stale file for a live server when the number was given to another process. */
export function forgetStalePostmaster(cluster: string): void {
  fs.rmSync(pidFile(cluster), { force: true });
}

/** Whether the server lets its owner in. Throws what `pg` throws, except while the server is still starting. */
export async function isAnswering(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ECONNREFUSED" || code === "57P03" || code === "ECONNRESET") return false;
    throw error;
  } finally {
    await client.end();
  }
}

function readLines(file: string): string[] | undefined {
  try {
    return fs.readFileSync(file, "utf8").split("\n");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** A server works in its data folder; the process of a reused number works elsewhere. */
function worksIn(identity: ProcessIdentity, cluster: string): boolean {
  if (process.platform !== "linux") return true;
  try {
    return fs.readlinkSync(`/proc/${identity.pid}/cwd`) === fs.realpathSync(cluster);
  } catch {
    // Gone meanwhile, or of another user: in both cases not a server of ours.
    return false;
  }
}
