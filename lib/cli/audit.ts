import fs from "node:fs/promises";
import type { Command } from "commander";
import { withDatabase } from "#lib/cli/with-database.ts";
import { knownKeys, readKeys } from "#lib/platform/audit/read-checkpoints.ts";
import { config } from "#lib/platform/config.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { verifyExport } from "#lib/queries/audit/verify-export.ts";
import { verifyAudit, type Verification } from "#lib/queries/audit/verify.ts";

type Options = { key?: string[]; checkpoints?: string[] };

/** `lastgood audit …`: whether the record is as it was written. */
export function defineAudit(command: Command): void {
  command
    .command("verify [file]")
    .description("check the record in the database, or an exported one without any database")
    .option(
      "--key <files...>",
      "public keys to trust besides those of the data folder (an export: only these)",
    )
    .option("--checkpoints <files...>", "checkpoints of other machines to hold it against")
    .action(async (file: string | undefined, options: Options) => {
      if (file === undefined) await verifyStored(options);
      else await verifyFile(file, options);
    });
}

async function verifyStored({
  key: keyFiles = [],
  checkpoints: checkpointFiles = [],
}: Options): Promise<void> {
  const result = await withDatabase((actor) => verifyAudit(actor, { keyFiles, checkpointFiles }));
  failUnlessWhole(result);
  const { checkpoint } = result;
  const proof =
    checkpoint === null
      ? "No checkpoint was found, so a cut tail cannot be ruled out."
      : `Checkpoint over entry ${checkpoint.position}, signed ${checkpoint.at} with key ${checkpoint.key}.`;
  process.stdout.write(`The record is whole: ${result.entries} entries. ${proof}\n`);
}

async function verifyFile(file: string, { key = [] }: Options): Promise<void> {
  const own = knownKeys(config().dataFolder);
  const trusted = readKeys(key);
  const result = await verifyExport(linesOf(file), trusted);
  failUnlessWhole(result);
  const id = result.key ?? "";
  const isKnown = trusted.has(id) || own.has(id);
  const note = isKnown ? "a known key" : "a key that is not known here: compare it with one kept elsewhere";
  process.stdout.write(`The record is whole: ${result.entries} entries, signed with ${id}, ${note}.\n`);
}

function failUnlessWhole({ ok, firstBad, problem }: Verification): void {
  if (ok) return;
  const where = firstBad === undefined ? "" : ` from entry ${firstBad} on`;
  throw new ConfigurationFault(
    `The record is not whole${where}: ${problem?.message ?? "it cannot be read."}`,
  );
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const handle = await fs.open(file).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new ConfigurationFault(`The file ${file} cannot be read (${code}).`, { cause: error });
  });
  yield* handle.readLines();
}
