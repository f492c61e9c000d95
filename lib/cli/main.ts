import path from "node:path";
import { Command } from "commander";
import { Refusal } from "#lib/domain/errors.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { commandTable } from "./command-table.ts";

const root = path.resolve(import.meta.dirname, "..", "..");

// The same folder from wherever the command is called.
process.env["LASTGOOD_DATA"] ||= path.join(root, ".lastgood");

const lastgood = new Command("lastgood")
  .description("The rollback incident console.")
  .showHelpAfterError("(lastgood --help lists the commands)")
  .configureHelp({ showGlobalOptions: false })
  .enablePositionalOptions();

try {
  const asked = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  for (const [name, { summary, load }] of Object.entries(commandTable)) {
    const command = lastgood.command(name).description(summary);
    // Only the one that is called for is loaded: the others would cost its start.
    if (name === asked) (await load())(command);
  }
  await lastgood.parseAsync();
} catch (error) {
  if (error instanceof ConfigurationFault) process.stderr.write(`${error.message}\n`);
  else if (error instanceof Refusal) {
    process.stderr.write(`${error.message} (${error.code})\n`);
    for (const { path: field, message } of error.errors) process.stderr.write(`  ${field}: ${message}\n`);
  } else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
