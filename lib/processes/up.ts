import path from "node:path";
import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { roleTitle } from "#lib/domain/role.ts";
import { config } from "#lib/platform/config.ts";
import type { ProcessIdentity } from "#lib/platform/process-identity.ts";
import { ensureFirstUsers, type FirstUser } from "#lib/processes/first-users.ts";
import { type PreparedDatabase, prepareDatabase } from "#lib/processes/prepare-database.ts";
import { registerSandbox } from "#lib/processes/register-sandbox.ts";
import { endLeftovers, takeDataFolder } from "#lib/processes/up-data-folder.ts";
import { sandboxTokenFile, startFleet, stopFleet, untilReady } from "#lib/processes/up-fleet.ts";
import { rotateLogs } from "#lib/processes/up-log-file.ts";
import { checkPorts } from "#lib/processes/up-ports.ts";
import { openSandboxDatabase, type SandboxDatabase } from "#lib/processes/up-sandbox-database.ts";
import { say, step } from "#lib/processes/up-steps.ts";

type Databases = { product: PreparedDatabase; sandbox: SandboxDatabase | undefined };

/** What has to be undone, newest first. */
type Undo = (() => Promise<void> | void)[];

/** Only what would make a start fail at once. Throws ConfigurationFault. */
export async function checkUp(): Promise<void> {
  const folder = await takeDataFolder(config().dataFolder);
  try {
    // What is left of a killed run may still hold the ports, and will be ended.
    if (folder.leftovers.size === 0) await checkPorts(config());
  } finally {
    folder.release();
  }
}

/** Brings everything up, keeps it up, and takes it down again when told to. Throws ConfigurationFault. */
export async function up(): Promise<void> {
  const told = whenToldToStop();
  const undo: Undo = [];
  try {
    const sandboxPage = await goUp(undo, told);
    say(`\nLastgood is ready: ${config().url}`);
    say(`The public status page: http://${config().host}:${config().statusPort}`);
    if (sandboxPage !== undefined) say(`The sandbox, to break things on: ${sandboxPage}`);
    sayFirstUsers(await ensureFirstUsers());
    await untilAborted(told);
    say("\nStopping…");
  } catch (error) {
    if (!told.aborted) throw error;
  } finally {
    for (let work = undo.pop(); work !== undefined; work = undo.pop()) await work();
  }
  say("Stopped.");
}

/** Gives the address of the sandbox's own page, where there is a sandbox. */
async function goUp(undo: Undo, told: AbortSignal): Promise<string | undefined> {
  const { dataFolder } = config();
  const folder = await takeDataFolder(dataFolder);
  undo.push(() => folder.release());
  await endLeftovers(dataFolder, folder.leftovers);
  await checkPorts(config());

  const databases = await step("Starting the database", () => openDatabases(undo));
  for (const warning of databases.product.warnings) say(warning);
  const recovered = [...leftoverSentences(folder.leftovers), ...databases.product.recovered];
  if (folder.wasCutOff && recovered.length === 0)
    recovered.push("The last run was cut off; nothing was lost.");
  for (const sentence of recovered) say(`Recovered: ${sentence}`);

  told.throwIfAborted();
  await ensureBuiltInPlaybooks();
  let sandboxPage: string | undefined;
  if (databases.sandbox !== undefined) {
    sandboxPage = await registerSandbox(path.join(dataFolder, "sandbox"), sandboxTokenFile(dataFolder));
  }
  await startProcesses(databases, undo, told);
  return sandboxPage;
}

async function openDatabases(undo: Undo): Promise<Databases> {
  const { dataFolder, hasSandbox } = config();
  const product = await prepareDatabase();
  undo.push(product.close);
  if (!hasSandbox) return { product, sandbox: undefined };
  const sandbox = await openSandboxDatabase(dataFolder);
  undo.push(sandbox.release);
  return { product, sandbox };
}

async function startProcesses(databases: Databases, undo: Undo, told: AbortSignal): Promise<void> {
  const { dataFolder } = config();
  undo.push(watchOver(databases));
  const fleet = startFleet(config(), databases.product.url, databases.sandbox?.url);
  undo.push(() => stopFleet(fleet));
  const { web, worker, status, sandbox } = fleet;
  await step("Starting web, worker and status page", () =>
    Promise.all([web, worker, status].map((child) => untilReady(child, dataFolder, told))),
  );
  if (sandbox !== undefined) {
    await step("Starting the sandbox", () => untilReady(sandbox, dataFolder, told));
  }
}

function sayFirstUsers(users: readonly FirstUser[]): void {
  if (users.length === 0) return;
  say("\nSign in with one of these. They are shown this once:");
  const width = Math.max(...users.map((user) => user.email.length));
  for (const { email, password, role } of users) {
    say(`  ${email.padEnd(width)}  ${password}  (${roleTitle[role].toLowerCase()})`);
  }
}

/** Starts PostgreSQL again should it die, and keeps the logs from growing. */
function watchOver({ product, sandbox }: Databases): () => void {
  let isBusy = false;
  const look = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      rotateLogs(config().dataFolder);
      if ((await product.keepRunning()) || (await sandbox?.keepRunning()) === true) {
        say("PostgreSQL ended and was started again.");
      }
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void look(), 500);
  return () => clearInterval(timer);
}

function leftoverSentences(leftovers: ReadonlyMap<string, ProcessIdentity>): string[] {
  if (leftovers.size === 0) return [];
  return [`Ended what a killed run had left running: ${[...leftovers.keys()].sort().join(", ")}.`];
}

function whenToldToStop(): AbortSignal {
  const told = new AbortController();
  let firstAt: number | undefined;
  const stop = (): void => {
    firstAt ??= Date.now();
    // One Ctrl-C arrives twice, from the terminal and through npm: only a later one means impatience.
    if (Date.now() - firstAt > 1000) process.exit(130);
    told.abort(new Error("Told to stop."));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  if (process.connected) process.once("disconnect", stop);
  return told.signal;
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
