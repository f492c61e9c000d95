import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { config } from "#lib/platform/config.ts";
import { ConfigurationFault } from "#lib/platform/configuration-fault.ts";
import {
  associatedData,
  keyIdOf,
  nonceBytes,
  publicBytes,
  publicKeyBytes,
  readPublicKey,
  sealVersion,
  tagBytes,
  valueKey,
} from "#lib/platform/secrets/seal.ts";

/** For workers and the command line alone: a web process never reads this file. */
export type PrivateKey = { id: string; key: KeyObject };

/** Where the private keys are: LASTGOOD_SECRETS_KEY_FILE, or sealing.pem among the secrets of the data folder. */
export function privateKeyFile(): string {
  const { secretsKeyFile, dataFolder } = config();
  return secretsKeyFile ?? path.join(dataFolder, "secrets", "sealing.pem");
}

/** The private keys of this machine, oldest first; none where there is no file. Throws ConfigurationFault. */
export function readPrivateKeys(file = privateKeyFile()): PrivateKey[] {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new ConfigurationFault(`The key file ${file} cannot be read.`, { cause: error });
  }
  const blocks = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g) ?? [];
  try {
    return blocks.map((block) => {
      const key = createPrivateKey(block);
      if (key.asymmetricKeyType !== "x25519") throw new TypeError("another kind of key");
      return { id: keyIdOf(createPublicKey(key)), key };
    });
  } catch {
    // The error may repeat a part of the key.
    throw new ConfigurationFault(`The key file ${file} holds something else than X25519 keys.`);
  }
}

/** The newest key of the file, made with the file where there is none: the same for all who ask at once. */
export function ensurePrivateKey(file = privateKeyFile()): PrivateKey {
  const known = readPrivateKeys(file).at(-1);
  if (known !== undefined) return known;
  const { key, pem } = newKey();
  write(file, pem, (draft) => {
    try {
      // A link appears whole or not at all, and only for the first of several.
      fs.linkSync(draft, file);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  });
  return readPrivateKeys(file).at(-1) ?? key;
}

/** Adds a new key to the file; what was there stays, so that old backups still open. One at a time: the caller sees to it. */
export function addPrivateKey(file = privateKeyFile()): PrivateKey {
  const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  const { key, pem } = newKey();
  write(file, before + pem, (draft) => fs.renameSync(draft, file));
  return key;
}

function newKey(): { key: PrivateKey; pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("x25519");
  return {
    key: { id: keyIdOf(publicKey), key: privateKey },
    pem: String(privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

/** Only its owner may read it. */
function write(file: string, text: string, place: (draft: string) => void): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    place(draft);
  } catch (error) {
    throw new ConfigurationFault(`The key file ${file} cannot be written.`, { cause: error });
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

export function publicKeyOf({ key }: PrivateKey): string {
  return publicBytes(createPublicKey(key)).toString("base64");
}

/** Opens what seal() sealed under this name; null when this key does not open it. */
export function openSealed({ id, key }: PrivateKey, name: string, sealed: string): string | null {
  const [version, body = ""] = sealed.split(".");
  const bytes = Buffer.from(body, "base64");
  if (version !== sealVersion || bytes.length < publicKeyBytes + nonceBytes + tagBytes) return null;
  const ephemeral = bytes.subarray(0, publicKeyBytes);
  const nonce = bytes.subarray(publicKeyBytes, publicKeyBytes + nonceBytes);
  const tagEnd = publicKeyBytes + nonceBytes + tagBytes;
  try {
    const publicKey = readPublicKey(ephemeral.toString("base64"));
    const shared = diffieHellman({ privateKey: key, publicKey });
    const own = publicBytes(createPublicKey(key));
    const decipher = createDecipheriv("aes-256-gcm", valueKey(shared, ephemeral, own), nonce);
    decipher.setAAD(associatedData(name, id));
    decipher.setAuthTag(bytes.subarray(publicKeyBytes + nonceBytes, tagEnd));
    return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString("utf8");
  } catch {
    // Another key, another name, or somebody changed it: it does not open, and there is nothing more to tell.
    return null;
  }
}
