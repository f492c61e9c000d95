import type { Command } from "commander";
import { readSecret } from "#lib/cli/read-secret.ts";
import { printTable } from "#lib/cli/table.ts";
import { changingDatabase, withDatabase } from "#lib/cli/with-database.ts";
import { removeSecret } from "#lib/commands/secret/remove.ts";
import { rotateSecrets, UnreadableSecrets } from "#lib/commands/secret/rotate.ts";
import { setSecret } from "#lib/commands/secret/set.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import {
  addPrivateKey,
  openSealed,
  privateKeyFile,
  publicKeyOf,
  readPrivateKeys,
} from "#lib/platform/secrets/private-keys.ts";
import { listSecrets } from "#lib/queries/secret/list.ts";

/** `lastgood secret …`: what targets name as stored:NAME. No value is ever an argument, and none is ever printed. */
export function defineSecret(command: Command): void {
  command
    .command("set <name>")
    .description("set a secret from standard input, or from a line that is not shown")
    .action(async (name: string) => {
      const value = await readSecret();
      await changingDatabase((actor) => setSecret(actor, { name, value }));
      say(`Set. Targets name it stored:${name}.`);
    });
  command.command("list").description("list names, and which targets use them; never a value").action(list);
  command
    .command("remove <name>")
    .description("forget a secret that no target names any more")
    .action(async (name: string) => {
      await changingDatabase((actor) => removeSecret(actor, { name }));
      say(`${name} is removed.`);
    });
  command
    .command("rotate")
    .description("seal all of them with a new key; run it where the workers' key file is")
    .option("--lost", "go on although some can be opened by nobody any more")
    .action(({ lost }: { lost?: true }) => rotate(lost === true));
}

async function list(): Promise<void> {
  const secrets = await withDatabase(listSecrets);
  printTable(
    secrets.map(({ name, setAt, setBy, usedBy }) => [
      name,
      setAt === null ? "not set" : `set ${setAt} by ${setBy?.name ?? "somebody"}`,
      usedBy.map((use) => `${use.service}/${use.environment} ${use.component}`).join(", ") || "not used",
    ]),
  );
}

async function rotate(acceptsLoss: boolean): Promise<void> {
  if (readPrivateKeys().length === 0 && !acceptsLoss)
    throw new ConfigurationFault(
      `There is no key file ${privateKeyFile()}: run this where the workers' key file is.`,
    );
  const run = rotateSecrets({
    // In the file before it is published: whatever is sealed can be opened at once.
    makeKey: () => publicKeyOf(addPrivateKey()),
    open: ({ name, keyId, sealed }) => {
      const own = readPrivateKeys().find(({ id }) => id === keyId);
      return own === undefined ? null : openSealed(own, name, sealed);
    },
  });
  try {
    const done = await changingDatabase((actor) => run(actor, { acceptsLoss }));
    say(
      `${done.resealed} ${done.resealed === 1 ? "secret is" : "secrets are"} sealed with the key ${done.key}.`,
    );
    if (done.lost.length > 0) say(`Set these again, nobody can open them: ${done.lost.join(", ")}.`);
    say(`Give the other workers the new ${privateKeyFile()}.`);
  } catch (error) {
    if (!(error instanceof UnreadableSecrets)) throw error;
    throw new ConfigurationFault(
      `${error.message} Bring the key file that they were sealed with, or go on with --lost.`,
    );
  }
}

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);
