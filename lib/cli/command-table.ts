import type { Command } from "commander";

/** Fills in arguments, options and action of a command. */
type Define = (command: Command) => void;

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
  user: {
    summary: "people and their roles",
    load: async () => (await import("./user.ts")).defineUser,
  },
  token: {
    summary: "API tokens",
    load: async () => (await import("./token.ts")).defineToken,
  },
  secret: {
    summary: "secrets that targets name as stored:NAME",
    load: async () => (await import("./secret.ts")).defineSecret,
  },
  audit: {
    summary: "whether the record is as it was written",
    load: async () => (await import("./audit.ts")).defineAudit,
  },
  export: {
    summary: "what can be taken out of an installation",
    load: async () => (await import("./export.ts")).defineExport,
  },
  sandbox: {
    summary: "the fleet to practise on",
    load: async () => (await import("./sandbox.ts")).defineSandbox,
  },
};
