import path from "node:path";
import type { Command } from "commander";
import { config } from "#lib/platform/config.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { breakSandbox } from "#lib/sandbox/break-sandbox.ts";

/** `lastgood sandbox …`: the fleet to practise on. */
export function defineSandbox(command: Command): void {
  command
    .command("break")
    .description("deploy the bad version of the sandbox's service to its production again")
    .action(async () => {
      const { version, changed, url } = await breakIt(path.join(config().dataFolder, "sandbox"));
      process.stdout.write(`shop-checkout runs ${version} ${changed ? "again" : "already"}: ${url}\n`);
    });
}

async function breakIt(folder: string): ReturnType<typeof breakSandbox> {
  try {
    return await breakSandbox(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationFault(reason, { cause: error });
  }
}
