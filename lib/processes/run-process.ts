import { ensureBuiltInPlaybooks } from "#lib/commands/playbook/ensure-built-in.ts";
import { config } from "#lib/platform/config.ts";
import { createLog } from "#lib/platform/log.ts";
import { prepareDatabase } from "#lib/processes/prepare-database.ts";

/** A part of the product that runs until it is closed. `close` lets what is under way come to a safe point. */
export type Running = { close: () => Promise<void> };

type Options = {
  /** false: it must start, and go on, with the database dead. */
  needsDatabase: boolean;
  start: () => Promise<Running>;
};

/** Runs one part of the product as a process of its own, until it is told to stop or its supervisor is gone. */
export async function runProcess(name: string, { needsDatabase, start }: Options): Promise<void> {
  config();
  const log = createLog(name);
  const told = untilToldToStop();
  const database = needsDatabase ? await prepareDatabase() : undefined;
  if (database) await ensureBuiltInPlaybooks();
  for (const warning of database?.warnings ?? []) log.warn(warning);
  try {
    const running = await start();
    log.info("ready");
    process.send?.("ready");
    log.info({ because: await told }, "stopping");
    await running.close();
  } finally {
    await database?.close();
  }
  log.info("stopped");
  process.exit(0);
}

function untilToldToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve(signal));
    if (!process.connected) return;
    process.once("disconnect", () => resolve("the supervisor is gone"));
  });
}
