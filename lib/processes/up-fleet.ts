import path from "node:path";
import type { Config } from "#lib/platform/config.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { UpChild } from "#lib/processes/up-child.ts";
import { lastLines, logFile } from "#lib/processes/up-log-file.ts";
import { say } from "#lib/processes/up-steps.ts";

const root = path.resolve(import.meta.dirname, "..", "..");
const main = path.join(root, "lib", "cli", "main.ts");
const sandboxMain = path.join(root, "lib", "sandbox", "main.ts");

/*
 * On one machine all processes together stay below 900 MB (bench/memory.ts). Left to itself, V8 keeps up to 48 MB of
 * new objects in each of them before it looks which are still needed.
 */
const small = ["--max-semi-space-size=1", "--v8-pool-size=1", "--max-old-space-size=128"];
const busy = ["--max-semi-space-size=4", "--v8-pool-size=2", "--max-old-space-size=512"];

/** Ends that no longer are an accident while a process has not been ready once. */
const toleratedEnds = 3;
const readyLimitMs = 60_000;

export type Fleet = {
  web: UpChild;
  worker: UpChild;
  status: UpChild;
  sandbox: UpChild | undefined;
};

/** Starts every process of the product. `sandboxUrl`: the sandbox's own database; undefined: no sandbox. */
export function startFleet(config: Config, databaseUrl: string, sandboxUrl: string | undefined): Fleet {
  const { dataFolder } = config;
  const child = (
    name: string,
    args: readonly string[],
    environment: Record<string, string | undefined>,
  ): UpChild => {
    const started = new UpChild({
      name,
      dataFolder,
      args,
      environment: {
        DATABASE_URL: databaseUrl,
        DATABASE_URL_FILE: undefined,
        LASTGOOD_DATA: dataFolder,
        LASTGOOD_URL: config.url,
        ...environment,
      },
      onUnexpectedEnd: (sentence) => say(`${sentence} Its log is ${logFile(dataFolder, name)}.`),
    });
    started.start();
    return started;
  };
  return {
    status: child("status", [...small, main, "status"], forWorkersAlone()),
    worker: child("worker", [...busy, main, "worker"], {}),
    web: child("web", [...busy, main, "web"], forWorkersAlone()),
    sandbox:
      sandboxUrl === undefined
        ? undefined
        : child("sandbox", [...small, sandboxMain], {
            SANDBOX_DATA: sandboxFolder(dataFolder),
            SANDBOX_DATABASE_URL: sandboxUrl,
            SANDBOX_TOKEN_FILE: sandboxTokenFile(dataFolder),
          }),
  };
}

const sandboxFolder = (dataFolder: string): string => path.join(dataFolder, "sandbox");

/** Where the sandbox finds the token with which it reports what it measures. */
export const sandboxTokenFile = (dataFolder: string): string =>
  path.join(dataFolder, "secrets", "sandbox-token");

/**
 * Waits until the process has said that it is ready. Throws ConfigurationFault with what it said when it cannot, and
 * the signal's reason when that is aborted.
 */
export async function untilReady(child: UpChild, dataFolder: string, told: AbortSignal): Promise<void> {
  const end = Date.now() + readyLimitMs;
  while (!child.isReady) {
    told.throwIfAborted();
    if (child.ends >= toleratedEnds || Date.now() > end) {
      const words = lastLines(dataFolder, child.name, 5);
      throw new ConfigurationFault(
        `The ${child.name} process does not start (see ${logFile(dataFolder, child.name)}):\n${words}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** In the order in which they need one another: no new requests, no step in the middle, then what steps act on. */
export async function stopFleet(fleet: Fleet): Promise<void> {
  await fleet.web.stop(3000);
  await fleet.worker.stop(5000);
  await Promise.all([fleet.sandbox?.stop(3000), fleet.status.stop(2000)]);
}

/** What opens secrets is taken out of the environment of whoever is no worker. */
function forWorkersAlone(): Record<string, undefined> {
  const names = Object.keys(process.env).filter(
    (name) => /^LASTGOOD_(?:SECRET|VAULT|SECRETS)_/.test(name) && name !== "LASTGOOD_SECRET_FILE",
  );
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
