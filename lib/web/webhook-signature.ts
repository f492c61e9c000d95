import { createHmac } from "node:crypto";
import type { Actor } from "#lib/domain/actor.ts";
import { Refusal } from "#lib/domain/errors.ts";
import { config } from "#lib/platform/config.ts";
import { sameSecret } from "#lib/platform/hash.ts";
import { keptSecret } from "#lib/platform/secrets-file.ts";
import { readBody, type Body } from "#lib/web/body.ts";

const header = "x-lastgood-signature";
const toleranceSeconds = 300;

/** What signs webhooks into this installation: `secrets/webhook` below the data folder, made on first use. */
export function webhookSecret(): string {
  return keptSecret(config().dataFolder, "webhook");
}

/**
 * The header value for a body sent at `seconds` (Unix time): `t=<seconds>,v1=<HMAC-SHA-256 of "seconds.body">`, hexadecimal.
 */
export function signWebhook(secret: string, body: Uint8Array | string, seconds: number): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.`).update(body).digest("hex")}`;
}

/**
 * The actor behind a signed request, with its body; null when the request carries no signature.
 * Throws UNAUTHENTICATED when the signature is wrong or older than five minutes.
 */
export async function readSignedActor(request: Request): Promise<{ actor: Actor; body: Body } | null> {
  const given = request.headers.get(header);
  if (given === null) return null;
  const body = await readBody(request);
  const seconds = Number(/^t=(\d{1,12}),v1=[0-9a-f]{64}$/.exec(given)?.[1] ?? Number.NaN);
  const isRecent = Math.abs(Date.now() / 1000 - seconds) <= toleranceSeconds;
  if (!isRecent || !sameSecret(given, signWebhook(webhookSecret(), body.bytes, seconds))) {
    throw new Refusal(
      "UNAUTHENTICATED",
      `The signature in ${header} is not right, or older than five minutes.`,
    );
  }
  return { actor: { kind: "system", id: "webhook" }, body };
}
