import type { Command } from "commander";
import { runProcess } from "#lib/processes/run-process.ts";

export function defineStatus(command: Command): void {
  command.action(() =>
    runProcess("status", {
      needsDatabase: false,
      start: async () => (await import("#lib/processes/status.ts")).startStatus(),
    }),
  );
}
