import type { Command } from "commander";

/** Fills in arguments, options and action of a command. */
export type Define = (command: Command) => void;

type Entry = { summary: string; load: () => Promise<Define> };

/** One row per command; its file exports the function that defines it. */
export const commandTable: Readonly<Record<string, Entry>> = {
  up: {
    summary: "everything, on this machine: database, web, worker, status page, sandbox",
    load: async () => (await import("./up.ts")).defineUp,
  },
  web: {
    summary: "the console and its API, on PORT",
    load: async () => (await import("./web.ts")).defineWeb,
  },
  worker: {
    summary: "prepares plans and executes rollbacks; as many of them as you like",
    load: async () => (await import("./worker.ts")).defineWorker,
  },
  status: {
    summary: "the public status page, on STATUS_PORT; needs nothing but the data folder",
    load: async () => (await import("./status.ts")).defineStatus,
  },
};
