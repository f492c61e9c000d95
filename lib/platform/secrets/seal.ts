import {
  createCipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
} from "node:crypto";
import type { KeyObject } from "node:crypto";

export const sealVersion = "v1";
export const nonceBytes = 12;
export const tagBytes = 16;
export const publicKeyBytes = 32;

/** A public key as it is published: 32 bytes of X25519, in base64. */
export function readPublicKey(text: string): KeyObject {
  return createPublicKey({
    key: { kty: "OKP", crv: "X25519", x: Buffer.from(text, "base64").toString("base64url") },
    format: "jwk",
  });
}

export function publicBytes(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
}

/** A key's name follows from it. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash("sha256").update(publicBytes(publicKey)).digest("hex").slice(0, 16);
}

/** What is authenticated besides the value: moved to another name, it opens no more. */
export function associatedData(name: string, keyId: string): Buffer {
  return Buffer.from(`lastgood secret ${sealVersion}\0${keyId}\0${name}`);
}

/** The key of one value, of X25519 and HKDF-SHA-256 over both public keys. */
export function valueKey(shared: Buffer, ephemeral: Buffer, recipient: Buffer): Buffer {
  const salt = Buffer.concat([ephemeral, recipient]);
  return Buffer.from(hkdfSync("sha256", shared, salt, `lastgood secret ${sealVersion}`, 32));
}

/**
 * Seals a value for whoever holds the private half of this key: with a key pair of its own per value, thrown away at
 * once, so that not even who sealed it can open it. AES-256-GCM, with the name as associated data.
 */
export function seal(publicKey: KeyObject, name: string, value: string): string {
  const ephemeral = generateKeyPairSync("x25519");
  const [own, theirs] = [publicBytes(ephemeral.publicKey), publicBytes(publicKey)];
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey });
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", valueKey(shared, own, theirs), nonce);
  cipher.setAAD(associatedData(name, keyIdOf(publicKey)));
  const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return `${sealVersion}.${Buffer.concat([own, nonce, cipher.getAuthTag(), body]).toString("base64")}`;
}
