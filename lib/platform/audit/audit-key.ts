import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import { sha256 } from "#lib/platform/hash.ts";

export type AuditKey = { id: string; privateKey: KeyObject; publicKey: KeyObject };

const privateFile = "audit-ed25519.pem";
const publicFile = "audit-ed25519.pub.pem";

/**
 * The Ed25519 key that signs checkpoints, made on first use in the folder `keys` of the data folder, for its owner
 * only; the public key lies beside it. The same for all processes that share the folder, also when several make it at
 * once. Throws ConfigurationFault when it cannot be read or made.
 */
export function auditKey(dataFolder: string): AuditKey {
  const folder = path.join(dataFolder, "keys");
  const file = path.join(folder, privateFile);
  try {
    if (!fs.existsSync(file)) makeKey(folder, file);
    const privateKey = createPrivateKey(fs.readFileSync(file));
    const publicKey = createPublicKey(privateKey);
    const beside = path.join(folder, publicFile);
    if (!fs.existsSync(beside)) fs.writeFileSync(beside, pemOf(publicKey), { mode: 0o644 });
    return { id: keyId(publicKey), privateKey, publicKey };
  } catch (error) {
    throw new ConfigurationFault(
      `The key that signs the record, ${file}, cannot be used: ${reasonOf(error)}.`,
      {
        cause: error,
      },
    );
  }
}

/** A public key as PEM text. Throws when it is none. */
export function readPublicKey(pem: string): { id: string; publicKey: KeyObject } {
  const publicKey = createPublicKey(pem);
  if (publicKey.asymmetricKeyType !== "ed25519") throw new Error("This is not an Ed25519 key.");
  return { id: keyId(publicKey), publicKey };
}

export function pemOf(publicKey: KeyObject): string {
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}

function makeKey(folder: string, file: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    fs.writeFileSync(draft, privateKey.export({ type: "pkcs8", format: "pem" }), {
      mode: 0o600,
      flag: "wx",
      flush: true,
    });
    // A link appears whole or not at all, and only for the first of several.
    if (!fs.existsSync(file)) fs.linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function keyId(publicKey: KeyObject): string {
  return sha256(publicKey.export({ type: "spki", format: "der" })).slice(0, 16);
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
