import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { takeLock } from "#lib/platform/folder-lock.ts";
import type { Lock } from "#lib/platform/folder-lock.ts";
import { hasEndedWithin } from "#lib/platform/process-identity.ts";
import { fillCompileCache } from "./compile-cache.ts";
import { seedConfiguration } from "./environment-file.ts";
import { catalogProduction, checkoutProduction, checkoutStaging, placements } from "./fleet.ts";
import { callJson, field } from "./json-http.ts";
import { KeptProcess, processFile } from "./kept-process.ts";
import { endLeftovers } from "./leftovers.ts";
import { listenOn } from "./listen.ts";
import { claimSandboxPorts } from "./ports.ts";
import type { SandboxPorts } from "./ports.ts";
import { startReporter } from "./reporter.ts";
import type { SandboxSettings } from "./settings.ts";
import { startTraffic } from "./traffic.ts";

export type Supervisor = { ports: SandboxPorts; stop: () => Promise<void> };

const script = fileURLToPath(new URL("./child.ts", import.meta.url));
const roles = ["proxy", "blue", "green", "neighbours"] as const;

/** One supervisor per folder. One whose own parent just died gets 3 s to leave. */
const lockFolder = async (dataDir: string): Promise<Lock> => {
  const file = processFile(dataDir, "supervisor");
  const first = takeLock(file);
  if ("release" in first) return first;
  await hasEndedWithin(first.holder, 3_000);
  const second = takeLock(file);
  if ("release" in second) return second;
  throw new Error(`A sandbox is already running on ${dataDir} (process ${second.holder.pid}).`);
};

const claimFreePorts = async ({ proxy, blue, green, staging, catalog }: SandboxPorts): Promise<void> => {
  for (const port of [proxy, blue, green, staging, catalog]) {
    const server = createServer();
    await listenOn(server, port);
    server.close();
    await once(server, "close");
  }
};

const answers = async (port: number): Promise<boolean> => {
  try {
    const { body } = await callJson("GET", `http://127.0.0.1:${port}/deployment/status`, {
      timeoutMs: 1_000,
    });
    const environments = field(body, "environments");
    return ["blue", "green"].every((colour) => field(field(environments, colour), "runningVersion") !== null);
  } catch {
    // Not listening yet; asked again until the limit.
    return false;
  }
};

const untilReady = async (ports: SandboxPorts): Promise<boolean> => {
  const limit = Date.now() + 20_000;
  while (Date.now() < limit) {
    const ready = await Promise.all([ports.proxy, ports.staging, ports.catalog].map(answers));
    if (ready.every(Boolean)) return true;
    await wait(100);
  }
  return false;
};

/**
 * Starts the fleet and keeps it running. Resolves when every proxy answers for both of its colours; rejects with one
 * sentence when a port is taken or another supervisor has the folder.
 */
export const startSupervisor = async (settings: SandboxSettings, dataDir: string): Promise<Supervisor> => {
  const lock = await lockFolder(dataDir);
  const ports = await claimSandboxPorts(dataDir, settings.ports);
  const leftovers = await endLeftovers(dataDir, roles);
  if (leftovers > 0) console.log(`ended ${leftovers} frozen processes of an earlier run`);
  await claimFreePorts(ports);
  for (const placement of placements) seedConfiguration(dataDir, placement);

  const compileCache = join(dataDir, "compile-cache");
  await fillCompileCache(script, compileCache);
  const environment = { PATH: process.env["PATH"], NODE_COMPILE_CACHE: compileCache };
  const kept = roles.map(
    (role) =>
      new KeptProcess({
        role,
        script,
        dataDir,
        environment:
          role === "blue" || role === "green"
            ? { ...environment, SANDBOX_DATABASE_URL: settings.databaseUrl }
            : environment,
      }),
  );
  const stops: (() => void)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopOne of stops) stopOne();
    await Promise.all(kept.map((process) => process.stop()));
    lock.release();
  };

  for (const process of kept) process.start();
  if (!(await untilReady(ports))) console.error(`not everything answers yet, see ${join(dataDir, "logs")}`);

  stops.push(
    startTraffic(ports.proxy, settings.trafficPerSecond),
    startTraffic(ports.staging, 1),
    startTraffic(ports.catalog, 1),
  );
  const { consoleUrl, tokenFile, signalsEveryMs } = settings;
  if (consoleUrl !== null && tokenFile !== null) {
    const report = (placement: (typeof placements)[number], proxyPort: number, everyMs: number): void => {
      stops.push(
        startReporter({
          consoleUrl,
          tokenFile,
          placement,
          proxyPort,
          everyMs,
          dataDir,
          since: ports.createdAt,
        }),
      );
    };
    report(checkoutProduction, ports.proxy, signalsEveryMs);
    report(checkoutStaging, ports.staging, signalsEveryMs * 3);
    report(catalogProduction, ports.catalog, signalsEveryMs * 3);
  }
  return { ports, stop };
};
