import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { changingDatabase } from "#lib/cli/with-database.ts";
import { exportAudit } from "#lib/commands/audit/export.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

/** `lastgood export …`: what can be taken out of an installation. */
export function defineExport(command: Command): void {
  command
    .command("audit")
    .description("the whole record as lines of JSON, for `lastgood audit verify FILE`")
    .option("--to <file>", "write there instead of to standard output")
    .action(async ({ to }: { to?: string }) => {
      await changingDatabase(async (actor) => {
        const lines = await exportAudit(actor, { as: to === undefined ? "download" : "file" });
        if (to === undefined) await print(lines);
        else await writeWhole(lines, to);
      });
      if (to !== undefined) process.stdout.write(`The record is in ${to}.\n`);
    });
}

/** A reader that has seen enough, such as `head`, is no fault. */
async function print(lines: AsyncGenerator<string>): Promise<void> {
  const hasGone = (error: unknown): boolean =>
    error instanceof Error && "code" in error && error.code === "EPIPE";
  process.stdout.on("error", (error) => {
    if (!hasGone(error)) throw error;
  });
  try {
    await pipeline(lines, process.stdout, { end: false });
  } catch (error) {
    if (!hasGone(error)) throw error;
  }
}

/** The file appears when it is complete, or not at all. */
async function writeWhole(lines: AsyncGenerator<string>, file: string): Promise<void> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await pipeline(lines, fs.createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true }));
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    const code = error instanceof Error && "syscall" in error && "code" in error ? String(error.code) : null;
    if (code === null) throw error;
    throw new ConfigurationFault(`The file ${file} cannot be written (${code}).`, { cause: error });
  }
}
