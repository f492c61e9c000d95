import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { freePort, initialise, launch, ownerName, stop } from "#lib/platform/db/cluster.ts";
import {
  forgetStalePostmaster,
  isAnswering,
  type Postmaster,
  runningPostmaster,
} from "#lib/platform/db/postmaster.ts";
import { readIdentity, waitForLock } from "#lib/platform/folder-lock.ts";
import { isRunning, processIdentity } from "#lib/platform/process-identity.ts";
import { keptSecret } from "#lib/platform/secrets-file.ts";

export type EmbeddedServer = {
  /** An address for the owner of everything, of the database that is named. */
  ownerUrl: (database: string) => string;
  /** What was found broken and put right, as sentences. */
  recovered: readonly string[];
  isRunning: () => boolean;
  /** Starts the server again, on the same port, if it has died. Answers whether it had to. */
  keepRunning: () => Promise<boolean>;
  /** Done with it. The last process that is done stops the server. */
  release: () => Promise<void>;
};

type Options = {
  dataFolder: string;
  /** false: fast and forgetful, for tests. */
  isDurable?: boolean;
};

const startLimitMs = 60_000;

/**
 * Opens the PostgreSQL server below `dataFolder`: makes it on first use, starts it, or attaches to it when it runs
 * already, also when it was left behind by a process that was killed. Several processes may have it open.
 * Throws ConfigurationFault.
 */
export async function openEmbedded({ dataFolder, isDurable = true }: Options): Promise<EmbeddedServer> {
  const places = placesIn(dataFolder);
  // As root, the account that runs PostgreSQL has to pass through.
  fs.mkdirSync(dataFolder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const password = keptSecret(dataFolder, "postgres-owner", () => randomBytes(24).toString("base64url"));
  const lock = await waitForLock(places.lock, startLimitMs);
  try {
    const hasOtherUsers = liveUsers(places.users).length > 0;
    const recovered: string[] = [];
    if (!fs.existsSync(path.join(places.cluster, "PG_VERSION"))) await initialise(places.cluster, password);
    const found = runningPostmaster(places.cluster);
    let postmaster: Postmaster;
    if (found === "stale" || found === undefined) {
      if (found === "stale") {
        forgetStalePostmaster(places.cluster);
        recovered.push("PostgreSQL had been killed; it was started again and has recovered its data.");
      }
      postmaster = await start(places, password, isDurable);
    } else {
      postmaster = found;
      await untilAnswering(postmaster, password, places, () => false);
      if (!hasOtherUsers)
        recovered.push("PostgreSQL was still running from an earlier start; it is used again.");
    }
    fs.mkdirSync(places.users, { recursive: true });
    const user = path.join(places.users, `${process.pid}-${randomBytes(4).toString("hex")}`);
    fs.writeFileSync(user, JSON.stringify(processIdentity(process.pid)));
    return {
      ownerUrl: (database) => ownerUrl(postmaster.port, password, database),
      recovered,
      isRunning: () => isRunning(postmaster.identity),
      keepRunning: async () => {
        if (isRunning(postmaster.identity)) return false;
        const again = await startAgain(places, password, isDurable);
        postmaster = again.postmaster;
        return again.hadDied;
      },
      release: () => release(places, user),
    };
  } finally {
    lock.release();
  }
}

async function startAgain(
  places: Places,
  password: string,
  isDurable: boolean,
): Promise<{ postmaster: Postmaster; hadDied: boolean }> {
  const lock = await waitForLock(places.lock, startLimitMs);
  try {
    const found = runningPostmaster(places.cluster);
    // Another user of it may have been quicker.
    if (found !== undefined && found !== "stale") return { postmaster: found, hadDied: false };
    forgetStalePostmaster(places.cluster);
    return { postmaster: await start(places, password, isDurable), hadDied: true };
  } finally {
    lock.release();
  }
}

type Places = { cluster: string; lock: string; users: string; port: string; log: string };

const placesIn = (dataFolder: string): Places => ({
  cluster: path.join(dataFolder, "postgres"),
  lock: path.join(dataFolder, "postgres.lock"),
  users: path.join(dataFolder, "postgres-users"),
  port: path.join(dataFolder, "postgres-port"),
  log: path.join(dataFolder, "logs", "postgres.log"),
});

async function start(places: Places, password: string, isDurable: boolean): Promise<Postmaster> {
  let wanted = rememberedPort(places.port);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(wanted);
    const logged = sizeOf(places.log);
    const { hasEnded } = launch(places.cluster, port, places.log, isDurable);
    const isUp = await untilAnswering({ port }, password, places, hasEnded);
    const postmaster = isUp ? runningPostmaster(places.cluster) : undefined;
    if (postmaster !== undefined && postmaster !== "stale") {
      fs.writeFileSync(places.port, String(port));
      return postmaster;
    }
    const text = fs.readFileSync(places.log, "utf8").slice(logged);
    // Helpers of a killed server take a moment to notice, and a free port may be taken in between.
    const mayPass = /shared memory block|still in use|could not bind|Address already in use/.test(text);
    if (!mayPass || attempt === 20) {
      const reason = /(?:FATAL|PANIC|ERROR): {2}(.*)/.exec(text)?.[1] ?? "it ended at once";
      throw new ConfigurationFault(`The embedded PostgreSQL does not start: ${reason} (see ${places.log}).`);
    }
    if (/could not bind|Address already in use/.test(text)) wanted = undefined;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function untilAnswering(
  { port }: { port: number },
  password: string,
  places: Places,
  hasEnded: () => boolean,
): Promise<boolean> {
  const end = Date.now() + startLimitMs;
  while (!hasEnded()) {
    try {
      if (await isAnswering(ownerUrl(port, password, "postgres"))) return true;
    } catch (error) {
      throw new ConfigurationFault(whyNotLetIn(error, places), { cause: error });
    }
    if (Date.now() > end) {
      throw new ConfigurationFault(
        `The embedded PostgreSQL does not answer for ${startLimitMs / 1000} s (see ${places.log}).`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

function whyNotLetIn(error: unknown, places: Places): string {
  if (error instanceof Error && "code" in error && error.code === "28P01") {
    return `The password in secrets/postgres-owner does not open ${places.cluster}: put back the one it was made with.`;
  }
  return `The embedded PostgreSQL does not let its owner in: ${error instanceof Error ? error.message : "no reason given"}.`;
}

async function release(places: Places, user: string): Promise<void> {
  const lock = await waitForLock(places.lock, startLimitMs);
  try {
    fs.rmSync(user, { force: true });
    if (liveUsers(places.users).length > 0) return;
    const postmaster = runningPostmaster(places.cluster);
    if (postmaster !== undefined && postmaster !== "stale") await stop(postmaster.identity);
  } finally {
    lock.release();
  }
}

/** Who has the server open; what the killed ones left behind is cleared away. */
function liveUsers(users: string): string[] {
  if (!fs.existsSync(users)) return [];
  return fs.readdirSync(users).filter((name) => {
    const identity = readIdentity(path.join(users, name));
    if (identity !== undefined && isRunning(identity)) return true;
    fs.rmSync(path.join(users, name), { force: true });
    return false;
  });
}

function rememberedPort(file: string): number | undefined {
  if (!fs.existsSync(file)) return undefined;
  return z.coerce.number().int().min(1024).max(65_535).safeParse(fs.readFileSync(file, "utf8")).data;
}

const sizeOf = (file: string): number => (fs.existsSync(file) ? fs.readFileSync(file, "utf8").length : 0);

const ownerUrl = (port: number, password: string, database: string): string =>
  `postgresql://${ownerName}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
