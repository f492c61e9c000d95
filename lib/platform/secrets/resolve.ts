import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { Fault } from "#lib/domain/errors.ts";
import { maxSecretBytes, minSecretLength } from "#lib/domain/secret.ts";
import { config } from "#lib/platform/config.ts";
import { fromStore } from "#lib/platform/secrets/stored.ts";
import { fromVault } from "#lib/platform/secrets/vault.ts";

const prefix = "LASTGOOD_SECRET_";
/** Belong to the product itself: what signs sessions, and what opens the Vault. */
const reserved = new Set([
  "LASTGOOD_SECRET_FILE",
  "LASTGOOD_SECRET_VAULT_TOKEN",
  "LASTGOOD_SECRET_VAULT_TOKEN_FILE",
  "LASTGOOD_SECRET_VAULT_SECRET_ID",
  "LASTGOOD_SECRET_VAULT_SECRET_ID_FILE",
]);

export type SecretSource = {
  environment?: Readonly<Record<string, string | undefined>>;
  /** The folder that `file:` references may read from. */
  folder?: string;
  /** Gives a stored secret by its name. */
  stored?: (name: string) => Promise<string>;
  /** Gives a secret of a Vault by path#key. */
  vault?: (place: string) => Promise<string>;
};

/**
 * Fetches one secret, for the worker alone and just before use. `env:NAME` reads variables that begin with
 * LASTGOOD_SECRET_ and no others (so that no reference reads DATABASE_URL); `file:/path` reads a regular file of at
 * most 64 KiB below LASTGOOD_SECRETS_DIR (LASTGOOD_DATA/secrets.d unless set), one line break at its end removed;
 * `stored:name` opens what was sealed in the database; `vault:mount/path#key` asks a Vault. Throws Fault: `permanent`,
 * or `transient` when the Vault does not answer; the message names the reference and never the value.
 */
export async function resolveSecret(reference: string, source: SecretSource = {}): Promise<string> {
  const colon = reference.indexOf(":");
  const kind = reference.slice(0, colon);
  const rest = reference.slice(colon + 1);
  switch (kind) {
    case "env":
      return usable(fromEnvironment(rest, source.environment ?? process.env), reference);
    case "file":
      return usable(await fromFile(rest, source.folder ?? config().secretsFolder), reference);
    case "stored":
      return usable(await (source.stored ?? fromStore)(rest), reference);
    case "vault":
      return usable(await (source.vault ?? fromVault)(rest), reference);
    default:
      throw fault(
        "SECRET_REFUSED",
        "A secret is named env:NAME, file:/path, stored:name or vault:mount/path#key.",
        "Correct the target.",
      );
  }
}

/** Every secret of a target. Throws as resolveSecret, for the first that fails. */
export async function resolveSecrets(
  references: Readonly<Record<string, string>>,
  source: SecretSource = {},
): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const [name, reference] of Object.entries(references))
    secrets[name] = await resolveSecret(reference, source);
  return secrets;
}

function fromEnvironment(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  if (!name.startsWith(prefix) || name === prefix || reserved.has(name))
    throw fault(
      "SECRET_REFUSED",
      `The variable ${name} is not for targets: only names that begin with ${prefix} are.`,
      `Give the worker a variable ${prefix}… and name that.`,
    );
  const value = environment[name];
  if (value !== undefined && value !== "") return value;
  throw fault(
    "SECRET_NOT_FOUND",
    `The worker has no variable ${name}.`,
    "Set it where the worker is started.",
  );
}

async function fromFile(file: string, folder: string): Promise<string> {
  const refused = () =>
    fault(
      "SECRET_REFUSED",
      `The file ${file} is not a plain file inside ${folder}.`,
      "Put the secret into that folder of the worker's machine, or set LASTGOOD_SECRETS_DIR.",
    );
  if (!isInside(path.resolve(file), path.resolve(folder)) || path.resolve(file) !== file) throw refused();
  let handle: FileHandle;
  try {
    // Links inside the folder are how Kubernetes mounts secrets; what they lead to must still be inside.
    const real = await realpath(file);
    if (!isInside(real, await realpath(folder))) throw refused();
    handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw fault(
      "SECRET_NOT_FOUND",
      `The file ${file} cannot be read${codeOf(error)}.`,
      "Check that it is there and that the worker's user may read it.",
    );
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw refused();
    const buffer = Buffer.alloc(maxSecretBytes + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > maxSecretBytes)
      throw fault(
        "SECRET_REFUSED",
        `The file ${file} is larger than 64 KiB.`,
        "A secret is smaller than that.",
      );
    return buffer
      .subarray(0, bytesRead)
      .toString("utf8")
      .replace(/\r?\n$/, "");
  } finally {
    await handle.close();
  }
}

function usable(value: string, reference: string): string {
  if (value.length >= minSecretLength) return value;
  throw fault(
    "SECRET_REFUSED",
    `The secret ${reference} has fewer than ${minSecretLength} characters.`,
    "So short a secret could not be kept out of the record. Use a longer one.",
  );
}

const isInside = (file: string, folder: string): boolean =>
  file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";

const fault = (code: string, message: string, advice: string): Fault =>
  new Fault("permanent", code, message, advice);
