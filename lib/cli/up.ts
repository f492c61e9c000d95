import type { Command } from "commander";
import { checkUp, up } from "#lib/processes/up.ts";

export function defineUp(command: Command): void {
  command
    .option("--check", "only look whether it could start: folder, ports")
    .action(async ({ check }: { check?: boolean }) => {
      await (check === true ? checkUp() : up());
      process.exit(0);
    });
}
