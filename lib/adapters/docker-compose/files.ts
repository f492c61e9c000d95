import path from "node:path";
import type { AdapterContext } from "#lib/adapters/contract.ts";
import { pinContent, pinPath, projectFiles } from "#lib/adapters/docker-compose/project.ts";
import type { Settings } from "#lib/adapters/docker-compose/schema.ts";
import { readPlainFile, replaceAtomically } from "#lib/adapters/plain-file.ts";
import type { PlainFile } from "#lib/adapters/plain-file.ts";
import { Fault } from "#lib/domain/errors.ts";

type Context = AdapterContext<Settings>;

/** The SHA-256 of each compose file. Throws Fault `permanent` COMPOSE_MISSING. */
export async function fileHashes(settings: Settings): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const file of projectFiles(settings)) hashes[file] = (await composeFile(file)).sha256;
  return hashes;
}

/** Throws Fault `permanent` COMPOSE_MISSING. */
export async function composeFile(file: string): Promise<PlainFile> {
  const found = await readPlainFile(file);
  if (found !== null) return found;
  throw new Fault(
    "permanent",
    "COMPOSE_MISSING",
    `The compose file ${file} is not there.`,
    "Correct projectFolder and files in the settings of the target.",
  );
}

/** The pin file as it is; null: there is none. Throws Fault `permanent` PIN_FILE_FOREIGN for a file that is not ours. */
export async function readPins(settings: Settings): Promise<PlainFile | null> {
  const file = pinPath(settings);
  const found = await readPlainFile(file);
  if (found === null || found.content.toString("utf8").startsWith("# Written by Lastgood:")) return found;
  throw new Fault(
    "permanent",
    "PIN_FILE_FOREIGN",
    `${file} was not written by Lastgood, so it is not replaced.`,
    "Name another pinFile in the settings, one that nobody else writes.",
  );
}

export const arePinned = (found: PlainFile | null, images: Readonly<Record<string, string>>): boolean =>
  found?.content.toString("utf8") === pinContent(images);

/** Writes the pin file in one step where it is not as wanted; true: it was written. Throws Fault. */
export async function writePins(ctx: Context, images: Readonly<Record<string, string>>): Promise<boolean> {
  const found = await readPins(ctx.settings);
  if (arePinned(found, images)) return false;
  const like = found ?? (await composeFile(projectFiles(ctx.settings)[0] ?? ""));
  const file = pinPath(ctx.settings);
  await replaceAtomically(file, Buffer.from(pinContent(images)), like.stat, ctx.effectKey);
  ctx.log(`Wrote ${path.basename(file)}.`);
  return true;
}
