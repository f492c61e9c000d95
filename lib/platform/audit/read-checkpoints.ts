import type { KeyObject } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { readPublicKey } from "#lib/platform/audit/audit-key.ts";
import { readCheckpointLine } from "#lib/platform/audit/checkpoint-file.ts";
import { isSignedBy, type Checkpoint } from "#lib/platform/audit/checkpoint.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";

export type Checkpoints = {
  valid: Checkpoint[];
  /** The one over the latest entry. */
  newest: Checkpoint | null;
  /** Lines that are checkpoints but that no known key has signed, as sentences. */
  forged: string[];
};

/** The public keys of a data folder, by their id. */
export function knownKeys(dataFolder: string, more: readonly string[] = []): Map<string, KeyObject> {
  const folder = path.join(dataFolder, "keys");
  const own = fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter((name) => name.endsWith(".pub.pem"))
        .map((name) => path.join(folder, name))
    : [];
  return readKeys([...own, ...more]);
}

/** The public keys in these PEM files, by their id. Throws ConfigurationFault. */
export function readKeys(files: readonly string[]): Map<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const file of files) {
    try {
      const { id, publicKey } = readPublicKey(fs.readFileSync(file, "utf8"));
      keys.set(id, publicKey);
    } catch (error) {
      throw new ConfigurationFault(`The public key ${file} cannot be read.`, { cause: error });
    }
  }
  return keys;
}

/** The checkpoints of a data folder, whichever processes and machines wrote them, and of further files. */
export async function readCheckpoints(
  dataFolder: string,
  keys: ReadonlyMap<string, KeyObject>,
  more: readonly string[] = [],
): Promise<Checkpoints> {
  const folder = path.join(dataFolder, "checkpoints");
  const own = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
  const found: Checkpoints = { valid: [], newest: null, forged: [] };
  for (const file of [...own.map((name) => path.join(folder, name)), ...more]) {
    await readFile(file, keys, found);
  }
  return found;
}

async function readFile(
  file: string,
  keys: ReadonlyMap<string, KeyObject>,
  found: Checkpoints,
): Promise<void> {
  let number = 0;
  for await (const line of readline.createInterface({
    input: fs.createReadStream(file),
    crlfDelay: Infinity,
  })) {
    number += 1;
    const checkpoint = readCheckpointLine(line);
    if (!checkpoint) continue;
    const key = keys.get(checkpoint.key);
    if (!key || !isSignedBy(checkpoint, key)) {
      found.forged.push(`The checkpoint in line ${number} of ${file} was not signed by a known key.`);
      continue;
    }
    found.valid.push(checkpoint);
    if (!found.newest || checkpoint.position > found.newest.position) found.newest = checkpoint;
  }
}
