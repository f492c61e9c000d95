import type { Command } from "commander";
import { runProcess } from "#lib/processes/run-process.ts";

export function defineWorker(command: Command): void {
  command.action(() =>
    runProcess("worker", {
      needsDatabase: true,
      start: async () => (await import("#lib/processes/worker.ts")).startWorker(),
    }),
  );
}
