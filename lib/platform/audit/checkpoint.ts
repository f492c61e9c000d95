import { sign, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { canonical } from "#lib/domain/canonical.ts";
import type { AuditKey } from "#lib/platform/audit/audit-key.ts";

/** A signed statement that the entry at `position` had this hash at that time. */
export const Checkpoint = z.strictObject({
  position: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  key: z.string(),
  signature: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export function signCheckpoint(
  key: AuditKey,
  head: { position: number; hash: string },
  now: Date,
): Checkpoint {
  const { position, hash } = head;
  const unsigned = { position, hash, at: now.toISOString(), key: key.id };
  const signature = sign(null, signedText(unsigned), key.privateKey).toString("base64url");
  return { ...unsigned, signature };
}

export function isSignedBy(checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  return verify(null, signedText(checkpoint), publicKey, Buffer.from(checkpoint.signature, "base64url"));
}

function signedText({ position, hash, at, key }: Omit<Checkpoint, "signature">): Buffer {
  return Buffer.from(canonical({ what: "lastgood checkpoint", position, hash, at, key }));
}
