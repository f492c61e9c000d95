import type { Command } from "commander";
import { runProcess } from "#lib/processes/run-process.ts";

export function defineWeb(command: Command): void {
  command.action(() =>
    runProcess("web", {
      needsDatabase: true,
      start: async () => (await import("#lib/processes/web.ts")).startWeb(),
    }),
  );
}
